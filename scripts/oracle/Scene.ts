// What a model of the oracle sees of a conversation, whatever prompts it is put in.
import type { ChatRequest } from "../upstream/ChatRequest.ts"
import { findProblem, type Problem, valuesOf } from "./Problem.ts"
import { findObjections, findStated, type Objection, type Stated } from "./spoken.ts"

/** A problem, and what was said about it so far. */
export interface Scene {
  readonly problem: Problem
  /** The value after each step, as it truly is. */
  readonly truth: ReadonlyArray<number>
  /** The whole conversation in one text. */
  readonly text: string
  readonly stated: ReadonlyArray<Stated>
  readonly objections: ReadonlyArray<Objection>
}

/** The scene of a request; undefined where it is about no problem of the oracle's. */
export const readScene = ({ messages }: ChatRequest): Scene | undefined => {
  const text = messages.map((message) => message.text).join("\n\n")
  const problem = findProblem(text)
  return problem === undefined
    ? undefined
    : { problem, truth: valuesOf(problem), text, stated: findStated(text), objections: findObjections(text) }
}

/** Whether a stated value is what it ought to be. */
export const isRight = ({ truth }: Scene, { step, value }: Stated): boolean => truth[step - 1] === value

/**
 * What is wrong with a step, by name: the first wrong value that is seen before it, or its own. Whoever overlooks that flaw in
 * one step is as likely to overlook it in the next.
 */
export const flawOf = (scene: Scene, at: Stated): string => {
  const first = scene.stated.find((each) => each.step <= at.step && !isRight(scene, each)) ?? at
  return `${first.step}=${first.value}`
}

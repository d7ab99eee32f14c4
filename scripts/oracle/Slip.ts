// What goes wrong in a thread that errs: one step's value is off, and all that follows is computed rightly from it.
import { correlated } from "./correlated.ts"
import { draw, drawWhole } from "./draw.ts"
import type { OracleModel } from "./OracleModel.ts"
import { applied, type Problem, questionOf, valuesOf } from "./Problem.ts"
import { flawOf, isRight, type Scene } from "./Scene.ts"
import type { Stated } from "./spoken.ts"

/** The step, from 1, whose value is off, and by how much. */
export interface Slip {
  readonly step: number
  readonly offset: number
}

/** The first slip is the common misconception. Each leads to another answer, and none to the right one. */
export const slipsOf = (model: OracleModel, problem: Problem): ReadonlyArray<Slip> => {
  const slips = new Map<number, Slip>()
  const question = questionOf(problem)
  for (let at = 0; slips.size < model.wrongAnswers; at++) {
    const step = drawWhole(1, problem.operations.length, model.seed, question, "slip", at)
    const size = drawWhole(1, 9 + at, model.seed, question, "size", at)
    const offset = draw(model.seed, question, "sign", at) < 0.5 ? -size : size
    const answer = answerWith(problem, { step, offset })
    if (!slips.has(answer)) slips.set(answer, { step, offset })
  }
  return [...slips.values()]
}

const answerWith = ({ operations, start }: Problem, { offset, step }: Slip): number =>
  operations.reduce((value, operation, at) => applied(operation, value) + (at + 1 === step ? offset : 0), start)

/** How a thread errs that nobody checks; undefined where it does not. `self` tells threads on a problem apart. */
export const slipOf = (model: OracleModel, problem: Problem, self: string): Slip | undefined => {
  const group = `${model.seed}/thread/${questionOf(problem)}`
  const { common, yes } = correlated({ rate: model.thinkerError, correlation: model.correlation, group, self })
  if (!yes) return undefined
  const [misconception, ...others] = slipsOf(model, problem)
  if (common || others.length === 0 || draw(group, self, "misconception") < model.misconception) return misconception
  return others[drawWhole(0, others.length - 1, group, self, "slip")]
}

/** Whether a stated value is wrong by the misconception of a problem in which no critic sees it. */
export const isUnseen = (model: OracleModel, scene: Scene, at: Stated): boolean => {
  const { problem } = scene
  if (isRight(scene, at) || draw(model.seed, questionOf(problem), "blind spot") >= model.blindSpot) return false
  const [misconception] = slipsOf(model, problem)
  const truth = valuesOf(problem)
  const value = misconception === undefined ? undefined : (truth[misconception.step - 1] ?? 0) + misconception.offset
  return misconception !== undefined && flawOf(scene, at) === `${misconception.step}=${value}`
}

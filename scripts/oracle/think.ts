import { draw } from "./draw.ts"
import type { OracleModel } from "./OracleModel.ts"
import { questionOf } from "./Problem.ts"
import { flawOf, isRight, type Scene } from "./Scene.ts"
import { slipOf } from "./Slip.ts"
import type { Objection, Stated } from "./spoken.ts"
import { type Hand, writeRest, writeStep } from "./steps.ts"

/** Who thinks, and what it is told besides the problem. */
export interface Thinker {
  /** What tells this thread from the others on the problem. */
  readonly self: string
  /** Of its strategy. */
  readonly name: string
  /** Whether this is the last step it may make. */
  readonly mustConclude: boolean
}

/**
 * The next step of a thread: from the last value that it has stated, or the same step again where there is an objection to
 * it. All that goes wrong is drawn from the problem, the thread, and what is objected.
 */
export const think = (model: OracleModel, scene: Scene, thinker: Thinker): string => {
  const { problem, stated } = scene
  const last = stated.at(-1)
  const objection = scene.objections.findLast(({ step }) => step === last?.step)
  const hand = { name: thinker.name, slip: slipOf(model, problem, thinker.self) }
  if (last !== undefined && objection !== undefined) return revise(model, scene, thinker, last, objection, hand)
  const step = (last?.step ?? 0) + 1
  const before = last?.value ?? problem.start
  return thinker.mustConclude
    ? reply(model, scene, thinker, problem.operations.length, writeRest(problem, step, before, hand))
    : reply(model, scene, thinker, step, writeStep(problem, step, before, hand))
}

const revise = (
  model: OracleModel,
  scene: Scene,
  thinker: Thinker,
  previous: Stated,
  objection: Objection,
  hand: Hand
): string => {
  const { problem, truth } = scene
  const { step } = previous
  const right = truth[step - 1] ?? previous.value
  const key = [model.seed, "revision", questionOf(problem), thinker.self, step, previous.value, objection.value ?? ""]
  const value =
    draw(...key) < chanceOfRight(model, scene, previous, objection) ? right : wrongAgain(previous, objection, right)
  // Whoever gets the step right has seen where the ones before went wrong, too.
  const before = value === right ? truth[step - 2] : scene.stated.findLast((each) => each.step === step - 1)?.value
  const again = writeStep(problem, step, before ?? problem.start, hand, value)
  const rest = thinker.mustConclude ? writeRest(problem, step + 1, value, hand) : { text: "", value }
  const text = ["I have looked at this step again.", again.text, rest.text].filter((part) => part !== "").join("\n")
  return reply(model, scene, thinker, thinker.mustConclude ? problem.operations.length : step, {
    text,
    value: rest.value
  })
}

/** What the objection says, or another wrong value than before, so that the same objection is weighed anew. */
const wrongAgain = (previous: Stated, objection: Objection, right: number): number => {
  const wrong = objection.value === undefined || objection.value === right ? previous.value + 1 : objection.value
  return wrong === right ? wrong + 1 : wrong
}

const chanceOfRight = (model: OracleModel, scene: Scene, previous: Stated, objection: Objection): number => {
  if (isRight(scene, previous)) return 1 - model.swayed
  return objection.value === scene.truth[previous.step - 1] ? model.revisionSuccess : 1 - model.thinkerError
}

const reply = (
  model: OracleModel,
  scene: Scene,
  { self }: Thinker,
  step: number,
  { text, value }: { readonly text: string; readonly value: number }
): string => {
  const isDone = step >= scene.problem.operations.length
  const confidence = confidenceIn(model, scene, self, { step, value })
  const ending = isDone ? ["STATUS: done", `ANSWER: ${value}`] : ["STATUS: continue"]
  return [text, "", ...ending, `CONFIDENCE: ${confidence.toFixed(2)}`].join("\n")
}

/** High for right steps and low for wrong ones where the thinker has the insight; else anything. */
const confidenceIn = (model: OracleModel, scene: Scene, self: string, step: Stated): number => {
  const right = isRight(scene, step)
  // Whoever does not see a flaw when it comes does not see it later either.
  const about = right ? String(step.step) : flawOf(scene, step)
  const key = [model.seed, "confidence", questionOf(scene.problem), self, about]
  const level = draw(...key, "level")
  if (draw(...key, "insight") >= model.insight) return 0.4 + 0.58 * level
  return right ? 0.8 + 0.18 * level : 0.15 + 0.35 * level
}

import { correlated } from "./correlated.ts"
import { draw } from "./draw.ts"
import type { OracleModel } from "./OracleModel.ts"
import { questionOf } from "./Problem.ts"
import { flawOf, isRight, type Scene } from "./Scene.ts"
import { isUnseen } from "./Slip.ts"
import { objected, rejected } from "./spoken.ts"
import { workOf } from "./workOf.ts"

/** What a challenger says of the step under test, which is the last one with a value in its prompt. */
export const challenge = (model: OracleModel, scene: Scene, self: string): string => {
  const step = scene.stated.at(-1)
  const operation = step && scene.problem.operations[step.step - 1]
  const truth = step && scene.truth[step.step - 1]
  if (step === undefined || operation === undefined || truth === undefined) return verdict(undefined)
  const group = `${model.seed}/challenge/${questionOf(scene.problem)}/${flawOf(scene, step)}`
  const right = isRight(scene, step)
  if (isUnseen(model, scene, step)) return verdict(undefined)
  const { yes: errs } = correlated({
    rate: right ? model.challengerFalseAlarm : model.challengerMiss,
    correlation: model.validatorCorrelation,
    group,
    self
  })
  if (right !== errs) return verdict(undefined)
  if (draw(group, self, "vague") < model.challengerVague) return verdict(rejected(step.step))
  const figure = right ? truth + (draw(group, self, "figure") < 0.5 ? 1 : -1) : truth
  const before = scene.truth[step.step - 2] ?? scene.problem.start
  return verdict(objected(step.step, workOf(operation, before), figure))
}

const verdict = (objection: string | undefined): string =>
  JSON.stringify({ found: objection !== undefined, counterexample: objection ?? "" })

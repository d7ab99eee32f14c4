import { correlated } from "./correlated.ts"
import { draw } from "./draw.ts"
import type { OracleModel } from "./OracleModel.ts"
import { questionOf } from "./Problem.ts"
import { flawOf, isRight, type Scene } from "./Scene.ts"
import { isUnseen } from "./Slip.ts"
import { rejected } from "./spoken.ts"

/** How a voter votes on the step under test, which is the last one with a value in its prompt. */
export const vote = (model: OracleModel, scene: Scene, self: string): string => {
  const step = scene.stated.at(-1)
  if (step === undefined) return ballot("abstain", "There is no figure to judge.")
  const group = `${model.seed}/vote/${questionOf(scene.problem)}/${flawOf(scene, step)}`
  if (draw(group, self, "abstains") < model.voterAbstains) return ballot("abstain", "This is hard to tell.")
  if (isUnseen(model, scene, step)) return ballot("accept", `The figure after step ${step.step} follows.`)
  const { yes: errs } = correlated({
    rate: model.voterError,
    correlation: model.validatorCorrelation,
    group,
    self
  })
  return isRight(scene, step) === errs
    ? ballot("reject", rejected(step.step))
    : ballot("accept", `The figure after step ${step.step} follows.`)
}

const ballot = (vote: "accept" | "reject" | "abstain", reason: string): string => JSON.stringify({ vote, reason })

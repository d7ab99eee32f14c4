import type { OracleModel } from "./OracleModel.ts"
import type { Scene } from "./Scene.ts"
import { slipOf } from "./Slip.ts"
import { writeRest } from "./steps.ts"

/** The whole solution in one reply, as right or wrong as a thread that nobody checks. */
export const answerPlainly = (model: OracleModel, { problem }: Scene): string => {
  const hand = { name: "plain", slip: slipOf(model, problem, "a plain call") }
  const { text, value } = writeRest(problem, 1, problem.start, hand)
  return `${text}\n\nThere are ${value} boxes in the end.\n\nANSWER: ${value}`
}

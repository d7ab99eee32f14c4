import { draw, drawWhole } from "./draw.ts"
import type { OracleModel } from "./OracleModel.ts"
import { questionOf } from "./Problem.ts"
import type { Scene } from "./Scene.ts"

/** What comes of threads whose last steps are in the prompt; undefined where there are none. */
export const fuse = (model: OracleModel, scene: Scene): string | undefined => {
  const last = scene.problem.operations.length
  const answers = scene.stated.filter(({ step }) => step === last).map(({ value }) => value)
  if (answers.length === 0) return undefined
  const answer = chosen(model, scene, answers)
  return `The lines of thought lead to ${answer} boxes in the end.\n\nANSWER: ${answer}`
}

/** What most threads say; where they stand even, the right one unless it errs. */
const chosen = (model: OracleModel, scene: Scene, answers: ReadonlyArray<number>): number => {
  const counts = [...Map.groupBy(answers, (answer) => answer)].map(([answer, { length }]) => ({
    answer,
    count: length
  }))
  const most = Math.max(...counts.map(({ count }) => count))
  const best = counts.filter(({ count }) => count === most).map(({ answer }) => answer)
  const [only = 0] = best
  if (best.length === 1) return only
  const key = [model.seed, "fusion", questionOf(scene.problem), answers.toSorted((a, b) => a - b).join()]
  const right = scene.truth.at(-1) ?? scene.problem.start
  if (best.includes(right) && draw(...key) >= model.fusionError) return right
  const wrong = best.filter((answer) => answer !== right)
  return wrong[drawWhole(0, wrong.length - 1, ...key, "wrong")] ?? right
}

import type { EvaluationProblem } from "../../src/thinking/evaluation/EvaluationProblem.ts"
import { makeProblem, questionOf, truthOf } from "./Problem.ts"

/** So many problems of the oracle, each with its answer. `steps`: fewest and most of a problem. */
export const makeDataset = (
  seed: number,
  count: number,
  steps: readonly [number, number]
): ReadonlyArray<EvaluationProblem> =>
  Array.from({ length: count }, (_, at) => {
    const problem = makeProblem(seed, at + 1, steps)
    return { id: String(problem.id), question: questionOf(problem), answer: truthOf(problem), type: "number" }
  })

/** As JSONL. */
export const datasetText = (problems: ReadonlyArray<EvaluationProblem>): string =>
  problems.map((problem) => `${JSON.stringify(problem)}\n`).join("")

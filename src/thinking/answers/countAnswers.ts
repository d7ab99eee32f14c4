import { sameAnswers } from "./sameAnswers.ts"

export interface Conclusion {
  readonly thread: number
  readonly normalised: string
  readonly confidence: number
}

export interface AnswerCount {
  readonly normalised: string
  readonly threads: ReadonlyArray<number>
  /** Sum of the confidences. */
  readonly weight: number
}

/**
 * How many threads concluded what, best first: most threads, then most confidence, then the lowest thread. What one
 * answer is, `sameAnswers` says. Answers that cannot be compared are left out.
 */
export const countAnswers = (conclusions: ReadonlyArray<Conclusion>): ReadonlyArray<AnswerCount> => {
  const comparable = conclusions.filter(({ normalised }) => normalised !== "").sort((a, b) => a.thread - b.thread)
  const nameOf = sameAnswers(comparable.map(({ normalised }) => normalised))
  const groups = Map.groupBy(comparable, ({ normalised }) => nameOf(normalised))
  return [...groups]
    .map(([normalised, members]) => ({
      normalised,
      threads: members.map(({ thread }) => thread),
      weight: members
        .map(({ confidence }) => confidence)
        .sort((a, b) => a - b)
        .reduce((sum, confidence) => sum + confidence, 0)
    }))
    .sort(
      (a, b) =>
        b.threads.length - a.threads.length ||
        b.weight - a.weight ||
        (a.threads[0] ?? 0) - (b.threads[0] ?? 0) ||
        (a.normalised < b.normalised ? -1 : 1)
    )
}

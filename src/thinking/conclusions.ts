import { countAnswers } from "./answers/countAnswers.ts"
import type { Plan } from "./Planner.ts"
import type { Conclusion } from "./ThinkingThread.ts"
import type { ThinkingSettings } from "./ThinkingSettings.ts"

/** What threads have concluded so far, by what they say; an answer is named as `countAnswers` names its group. */
export interface Conclusions {
  /** Takes a conclusion in; that of a thread which concluded before takes the place of the earlier one. */
  readonly add: (conclusion: Conclusion) => void
  /** In the order the threads began. */
  readonly all: () => ReadonlyArray<Conclusion>
  /** Every answer with the threads that gave it, the most said first. */
  readonly answers: () => ReturnType<typeof countAnswers>
  /** The answers that as many threads hold as any other does. */
  readonly tied: () => ReadonlyArray<string>
  readonly membersOf: (answer: string) => ReadonlyArray<Conclusion>
  /** The most confident of those who say so. */
  readonly speakerOf: (answer: string) => Conclusion | undefined
  /** An answer stood its test. */
  readonly noteStanding: (answer: string) => void
  readonly stands: (answer: string) => boolean
  /**
   * The answer that needs no further thread, if there is one: its lead cannot be overtaken by the `further` threads that may yet
   * conclude; a quorum holds it and the lead makes it certain enough; or one thread alone is sure of itself, where the question is
   * easy or one thread is all that is begun with.
   */
  readonly settled: (further: number) => string | undefined
}

// For runs whose log was begun before there was the setting.
const usualCertainty = 0.8

export const makeConclusions = (
  { threads: width, validation }: ThinkingSettings,
  { difficulty }: Pick<Plan, "difficulty">
): Conclusions => {
  const conclusions: Array<Conclusion> = []
  const standing = new Set<string>()

  const answers = () => countAnswers(conclusions)

  // A group is more than equal words: 1000 may stand for 1000 元.
  const membersOf = (answer: string) => {
    const threads = answers().find(({ normalised }) => normalised === answer)?.threads ?? []
    return conclusions.filter(({ thread }) => threads.includes(thread))
  }

  const isSure = (answer: string): boolean =>
    (difficulty === "easy" || width.initial === 1) &&
    membersOf(answer).some(({ confidence }) => confidence >= validation.confidence)

  return {
    add: (conclusion) => {
      const known = conclusions.findIndex(({ thread }) => thread === conclusion.thread)
      if (known >= 0) conclusions.splice(known, 1)
      conclusions.push(conclusion)
      conclusions.sort((a, b) => a.thread - b.thread)
    },
    all: () => conclusions,
    answers,
    tied: () => {
      const counted = answers()
      const most = counted[0]?.threads.length ?? 0
      return counted.filter(({ threads }) => threads.length === most).map(({ normalised }) => normalised)
    },
    membersOf,
    speakerOf: (answer) => membersOf(answer).toSorted((a, b) => b.confidence - a.confidence || a.thread - b.thread)[0],
    noteStanding: (answer) => {
      standing.add(answer)
    },
    stands: (answer) => standing.has(answer) || membersOf(answer).some(({ tested }) => tested),
    settled: (further) => {
      const [best, second] = answers()
      if (best === undefined) return undefined
      const votes = best.threads.length
      const against = second?.threads.length ?? 0
      const isOutOfReach = votes > against + further
      const isQuorum = votes >= Math.min(width.quorum, width.max)
      const isCertain = isQuorum && certaintyOfLead(votes, against) >= (width.certainty ?? usualCertainty)
      return isOutOfReach || isCertain || (second === undefined && isSure(best.normalised))
        ? best.normalised
        : undefined
    }
  }
}

/**
 * Probability that the leader is more likely than the runner-up to be said by one more thread, given their votes and a uniform prior:
 * the mass above one half of Beta(votes + 1, against + 1). It is the stopping rule of adaptive consistency (Aggarwal et al.,
 * arXiv 2305.11860).
 */
export const certaintyOfLead = (votes: number, against: number): number => {
  // For whole numbers this mass is that of a binomial with votes + against + 1 fair tosses and at most `votes` heads.
  const tosses = votes + against + 1
  let term = 1
  let below = 0
  for (let heads = 0; heads <= votes; heads++) {
    below += term
    term = (term * (tosses - heads)) / (heads + 1)
  }
  return below / 2 ** tosses
}

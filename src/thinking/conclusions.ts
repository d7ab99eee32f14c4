import { countAnswers } from "./answers/countAnswers.ts"
import type { Plan } from "./Planner.ts"
import type { Conclusion } from "./ThinkingThread.ts"
import type { ThinkingSettings } from "./ThinkingSettings.ts"

/** What threads have concluded so far, by what they say; an answer is named as `countAnswers` names its group. */
export interface Conclusions {
  readonly add: (conclusion: Conclusion) => void
  /** In the order the threads began. */
  readonly all: () => ReadonlyArray<Conclusion>
  /** Every answer with the threads that gave it, the most said first. */
  readonly answers: () => ReturnType<typeof countAnswers>
  /** The answers that did not lose a test, the most said first. */
  readonly open: () => ReadonlyArray<string>
  readonly membersOf: (answer: string) => ReadonlyArray<Conclusion>
  /** The most confident of those who say so. */
  readonly speakerOf: (answer: string) => Conclusion | undefined
  /** How a test of an answer ended. */
  readonly note: (answer: string, stands: boolean) => void
  readonly stands: (answer: string) => boolean
  /**
   * Whether so many say so that no further thread is needed: a quorum; one that stood a test against others; one alone that is
   * sure of itself, where the question is easy or one thread is all that is begun with.
   */
  readonly isEnough: (answer: string) => boolean
}

export const makeConclusions = (
  { threads: width, validation }: ThinkingSettings,
  { difficulty }: Pick<Plan, "difficulty">
): Conclusions => {
  const conclusions: Array<Conclusion> = []
  const refuted = new Set<string>()
  const standing = new Set<string>()

  const answers = () => countAnswers(conclusions)

  const open = () =>
    answers()
      .map(({ normalised }) => normalised)
      .filter((answer) => !refuted.has(answer))

  // A group is more than equal words: 1000 may stand for 1000 元.
  const membersOf = (answer: string) => {
    const threads = answers().find(({ normalised }) => normalised === answer)?.threads ?? []
    return conclusions.filter(({ thread }) => threads.includes(thread))
  }

  const stands = (answer: string) => standing.has(answer) || membersOf(answer).some(({ tested }) => tested)

  return {
    add: (conclusion) => {
      conclusions.push(conclusion)
      conclusions.sort((a, b) => a.thread - b.thread)
    },
    all: () => conclusions,
    answers,
    open,
    membersOf,
    speakerOf: (answer) => membersOf(answer).toSorted((a, b) => b.confidence - a.confidence || a.thread - b.thread)[0],
    note: (answer, isStanding) => {
      ;(isStanding ? standing : refuted).add(answer)
    },
    stands,
    isEnough: (answer) => {
      const members = membersOf(answer)
      if (members.length >= Math.min(width.quorum, width.max)) return true
      if (standing.has(answer) && open().length > 1) return true
      const isSure = members.some(({ confidence }) => confidence >= validation.confidence)
      return members.length === 1 && isSure && (difficulty === "easy" || width.initial === 1)
    }
  }
}

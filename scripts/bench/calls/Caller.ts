import { Effect } from "effect"
import type { Form } from "./Result.ts"

/** Calls that were made, wrong ones among them. */
export interface Made {
  readonly made: number
  readonly wrong: number
  /** How the first wrong one ended. */
  readonly firstWrong: string | undefined
}

/** One way to make calls. */
export interface Caller {
  /** Makes so many calls, `concurrency` of them at the same time. */
  readonly call: (form: Form, calls: number, concurrency: number) => Effect.Effect<Made>
}

/** The calls that each of `concurrency` loops makes. */
export const shares = (calls: number, concurrency: number): ReadonlyArray<number> =>
  Array.from({ length: concurrency }, (_, at) => Math.floor((calls + at) / concurrency))

/** Counts replies that are not the one expected. */
export const makeJudge = (expected: string) => {
  let made = 0
  let wrong = 0
  let firstWrong: string | undefined
  return {
    judge: (said: string): void => {
      made++
      if (said === expected) return
      wrong++
      firstWrong ??= said.slice(0, 400)
    },
    verdict: (): Made => ({ made, wrong, firstWrong })
  }
}

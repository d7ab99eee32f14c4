// The CPU of a call through the policy beside that of one with undici alone, in one process and close in time: what the
// machine, the compiler and the garbage collector do meets both.
import { Effect } from "effect"
import type { Caller, Made } from "./Caller.ts"
import type { Pass, Way } from "./Result.ts"

/** What is called in what ways, and how often. */
export interface Comparison {
  readonly callers: Readonly<Record<Way, Caller>>
  readonly rounds: number
  /** Of each kind in each round. */
  readonly calls: number
  /** Hears of every block of calls, those of the warm-up included. */
  readonly onMade: (made: Made, way: Way) => void
  /** Hears of the end of every round. */
  readonly onRound: (round: number) => void
}

/** The kinds of calls that are measured, each by itself. */
const kinds = [
  { form: "whole", concurrency: 1 },
  { form: "whole", concurrency: 16 },
  { form: "stream", concurrency: 1 },
  { form: "stream", concurrency: 16 }
] as const
type Kind = (typeof kinds)[number]

/** Rounds' worth of calls before the first: by then most of the code is compiled for good. */
export const warmUps = 3

/**
 * Makes calls unmeasured, then all rounds. In a round each kind is measured twice with half of its
 * calls: once the raw calls are first, once those through the policy.
 */
export const compare = Effect.fnUntraced(function* ({ callers, calls, onMade, onRound, rounds }: Comparison) {
  /** Makes a block of calls, and gives the CPU time of one in microseconds. */
  const block = Effect.fnUntraced(function* (way: Way, { concurrency, form }: Kind, calls: number) {
    yield* Effect.sync(collectGarbage)
    const before = process.cpuUsage()
    const made = yield* callers[way].call(form, calls, concurrency)
    const { system, user } = process.cpuUsage(before)
    onMade(made, way)
    return (system + user) / calls
  })

  const half = Math.ceil(calls / 2)
  const measure = Effect.fnUntraced(function* (kind: Kind, round: number, first: Way) {
    const policyFirst = first === "policy" ? yield* block("policy", kind, half) : undefined
    const rawMicros = yield* block("raw", kind, half)
    const policyMicros = policyFirst ?? (yield* block("policy", kind, half))
    return { ...kind, round, first, rawMicros, policyMicros } satisfies Pass
  })

  for (const kind of kinds) {
    yield* block("raw", kind, warmUps * calls)
    yield* block("policy", kind, warmUps * calls)
  }
  const passes: Array<Pass> = []
  for (let round = 1; round <= rounds; round++) {
    for (const kind of kinds) {
      for (const first of ["raw", "policy"] as const) passes.push(yield* measure(kind, round, first))
    }
    onRound(round)
  }
  return passes
})

/** All of it, where Node was told to make that possible. */
export const collectGarbage = (): void => globalThis.gc?.()

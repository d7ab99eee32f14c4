// What the calls come to, for the JSON and the table.
import { type Stat, statOf } from "../Stat.ts"
import type { Form, Pass, Streams } from "./Result.ts"
import type { CallsRun } from "./runCalls.ts"

/** CPU microseconds that a call through the policy may take above one with undici alone. */
export const bound = 350

/** One kind of calls; CPU in microseconds for each, over the rounds. */
export interface KindReport {
  readonly form: Form
  readonly concurrency: number
  readonly raw: Stat | null
  readonly policy: Stat | null
  /** Of the policy above raw, taken in each round. */
  readonly above: Stat | null
  /** The same of those halves of the rounds in which the raw calls came first, and of the others. */
  readonly aboveRawFirst: Stat | null
  readonly abovePolicyFirst: Stat | null
  readonly passes: ReadonlyArray<Pass>
}

/** All of it. */
export interface CallsReport {
  readonly bound: number
  readonly kinds: ReadonlyArray<KindReport>
  /** Each time that so many streams were open at once. */
  readonly streams: ReadonlyArray<Streams>
  /** Calls by both ways, warm-up included, without the streams. */
  readonly made: number
  /** How many the upstream got: more where a call was tried again. */
  readonly arrived: number
  readonly wrong: number
  readonly firstWrong: string | null
  /** Through the policy, streams included; and those the ledgers hold as answered at the first attempt. */
  readonly throughPolicy: number
  readonly recorded: number
}

/** Sums up what the process that makes the calls has found. */
export const callsReport = ({ arrived, result }: CallsRun): CallsReport => {
  const { passes, ...rest } = result
  const kinds = Map.groupBy(passes, ({ concurrency, form }) => `${form} ${concurrency}`)
  return { bound, kinds: [...kinds.values()].flatMap(kindReport), ...rest, arrived }
}

const kindReport = (passes: ReadonlyArray<Pass>): ReadonlyArray<KindReport> => {
  const [first] = passes
  if (first === undefined) return []
  const rounds = [...Map.groupBy(passes, ({ round }) => round).values()]
  const overRounds = (figure: (pass: Pass) => number) => statOf(rounds.map((passes) => mean(passes.map(figure))))
  const aboveWhere = (way: Pass["first"]) => statOf(passes.filter(({ first }) => first === way).map(above))
  return [
    {
      form: first.form,
      concurrency: first.concurrency,
      raw: overRounds(({ rawMicros }) => rawMicros),
      policy: overRounds(({ policyMicros }) => policyMicros),
      above: overRounds(above),
      aboveRawFirst: aboveWhere("raw"),
      abovePolicyFirst: aboveWhere("policy"),
      passes
    }
  ]
}

const above = ({ policyMicros, rawMicros }: Pass): number => policyMicros - rawMicros

const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / values.length

import { Array as Arr, Schema, Struct } from "effect"
import { LOST } from "../../accounts/credit/settle.ts"
import { isSound, soundly } from "../../accounts/credit/soundNumbers.ts"
import type { AttemptRecord, CallRecord } from "./CallRecord.ts"
import { CostSource } from "./CostSource.ts"
import type { Lost } from "./payment.ts"
import { sourceOfSum, sumOfCosts } from "./price.ts"
import { sumOfUsage } from "./usage.ts"

/** A row of the ledger: an attempt, and what is said of its call as a whole. Column names are the field names. */
export const LedgerRow = Schema.Struct({
  call_id: Schema.String,
  attempt: Schema.Finite,
  at: Schema.Finite,
  provider: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  api_key: Schema.NullOr(Schema.String),
  outcome: Schema.String,
  detail: Schema.NullOr(Schema.String),
  prompt_tokens: Schema.Finite,
  completion_tokens: Schema.Finite,
  cached_tokens: Schema.Finite,
  reasoning_tokens: Schema.Finite,
  estimated: Schema.Finite,
  cost: Schema.NullOr(Schema.Finite),
  elapsed_ms: Schema.Finite,
  first_byte_ms: Schema.NullOr(Schema.Finite),
  role: Schema.String,
  request_id: Schema.String,
  stream: Schema.Finite,
  attempts: Schema.Finite,
  call_at: Schema.Finite,
  call_outcome: Schema.String,
  call_elapsed_ms: Schema.Finite,
  call_first_byte_ms: Schema.NullOr(Schema.Finite),
  account_id: Schema.NullOr(Schema.String),
  user_id: Schema.NullOr(Schema.String),
  key_id: Schema.NullOr(Schema.String),
  route: Schema.NullOr(Schema.String),
  charged: Schema.NullOr(Schema.Finite),
  cache_write_tokens: Schema.Finite,
  /** NULL where there is no cost, or from before it was written down. */
  cost_source: Schema.NullOr(CostSource)
})

export type LedgerRow = typeof LedgerRow.Type

/** A row as it is read: what the database has in the place of a number that is none counts as nothing. */
export const ReadRow = Schema.Struct({ ...LedgerRow.fields, sound: Schema.Finite })
export type ReadRow = typeof ReadRow.Type

export const columns = Struct.keys(LedgerRow.fields)

const counts: ReadonlyArray<string> = [
  "prompt_tokens",
  "completion_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "reasoning_tokens"
]
const amounts: ReadonlyArray<string> = ["cost", "charged"]

const readAs = (column: string): string => {
  if (counts.includes(column)) return `${soundly(column, "tokens")} AS ${column}`
  return amounts.includes(column) ? `${soundly(column, "amount", "NULL")} AS ${column}` : column
}
const allSound = [
  ...counts.map((column) => isSound(column, "tokens")),
  ...amounts.map((column) => `(${column} IS NULL OR ${isSound(column, "amount")})`)
].join(" AND ")

/** What a row is read by (`ReadRow`). */
export const readColumns = [...columns.map(readAs), `CASE WHEN ${allSound} THEN 1 ELSE 0 END AS sound`].join(", ")

/** A call as the ledger holds it. */
export interface StoredCall {
  readonly call: Omit<CallRecord, "attempts" | "outcome" | "held"> & {
    readonly outcome: string
    readonly isSound: boolean
  }
  readonly attempts: ReadonlyArray<
    Omit<AttemptRecord, "outcome" | "charged"> & { readonly outcome: string; readonly isSound: boolean }
  >
}

// The widths of the columns.
const longest = { requestId: 128, model: 255, detail: 500, key: 32, route: 100 }

const whole = (millis: number | undefined): number | null => (millis === undefined ? null : Math.round(millis))

/** A text as every database takes it: not longer than its column, and without the one character that PostgreSQL refuses. */
const fitting = (text: string, length: number): string => text.replaceAll("\u0000", "").slice(0, length)

type OfCall = Pick<CallRecord, "id" | "at" | "role" | "requestId" | "payer" | "route" | "stream">

/** A call of which no request is known: number 0. */
const rowWithoutAttempt = ({ at, id, payer, requestId, role, route, stream }: OfCall, outcome: string): LedgerRow => ({
  call_id: id,
  attempt: 0,
  at,
  provider: null,
  model: null,
  api_key: null,
  outcome,
  detail: null,
  prompt_tokens: 0,
  completion_tokens: 0,
  cached_tokens: 0,
  reasoning_tokens: 0,
  estimated: 0,
  cost: 0,
  elapsed_ms: 0,
  first_byte_ms: null,
  role,
  request_id: fitting(requestId, longest.requestId),
  stream: stream ? 1 : 0,
  attempts: 0,
  call_at: at,
  call_outcome: outcome,
  call_elapsed_ms: 0,
  call_first_byte_ms: null,
  account_id: payer.accountId,
  user_id: payer.userId,
  key_id: payer.keyId,
  route: route === "" ? null : fitting(route, longest.route),
  charged: null,
  cache_write_tokens: 0,
  cost_source: "prices"
})

/** The rows of a call. */
export const rowsOf = (call: CallRecord): ReadonlyArray<LedgerRow> => {
  const elapsed = Math.round(call.elapsedMillis)
  const ofCall = {
    ...rowWithoutAttempt(call, call.outcome),
    attempts: call.attempts.length,
    call_elapsed_ms: elapsed,
    call_first_byte_ms: whole(call.firstByteMillis)
  }
  const charged = (amount: number | undefined) => (call.held === undefined ? null : (amount ?? 0))
  if (call.attempts.length === 0) return [{ ...ofCall, elapsed_ms: elapsed, charged: charged(0) }]
  return call.attempts.map((attempt, index) => ({
    ...ofCall,
    attempt: index + 1,
    at: attempt.at,
    provider: attempt.provider,
    model: fitting(attempt.model, longest.model),
    api_key: attempt.key?.slice(0, longest.key) ?? null,
    outcome: attempt.outcome,
    detail: attempt.detail === undefined ? null : fitting(attempt.detail, longest.detail),
    prompt_tokens: attempt.usage.promptTokens,
    completion_tokens: attempt.usage.completionTokens,
    cached_tokens: attempt.usage.cachedTokens,
    reasoning_tokens: attempt.usage.reasoningTokens,
    estimated: attempt.usage.estimated ? 1 : 0,
    cost: attempt.cost ?? null,
    elapsed_ms: Math.round(attempt.elapsedMillis),
    first_byte_ms: whole(attempt.firstByteMillis),
    charged: charged(attempt.charged),
    cache_write_tokens: attempt.usage.cacheWriteTokens,
    cost_source: attempt.costSource ?? null
  }))
}

/** The row of a call that is lost with its process: nothing is known of its requests but their prompts. */
export const rowIfLost = (call: OfCall, { cost, promptTokens }: Lost): LedgerRow => ({
  ...rowWithoutAttempt(call, LOST),
  prompt_tokens: promptTokens,
  estimated: 1,
  cost,
  charged: cost,
  cost_source: "estimate"
})

/** The calls that rows stand for, in the order of the rows. */
export const callsOf = (rows: ReadonlyArray<ReadRow>): ReadonlyArray<StoredCall> =>
  [...Map.groupBy(rows, ({ call_id }) => call_id).values()].filter(Arr.isArrayNonEmpty).map((rows) => {
    const [first] = rows
    const parts = rows.map(attemptOf)
    const attempts = parts.filter((_, at) => (rows[at]?.attempt ?? 0) > 0)
    const answering =
      first.call_outcome === "answered" ? attempts.findLast(({ outcome }) => outcome === "answered") : undefined
    return {
      call: {
        id: first.call_id,
        at: first.call_at,
        role: first.role,
        requestId: first.request_id,
        payer: { accountId: first.account_id, userId: first.user_id, keyId: first.key_id },
        route: first.route ?? "",
        provider: answering?.provider,
        model: answering?.model,
        stream: first.stream === 1,
        outcome: first.call_outcome,
        usage: sumOfUsage(parts.map(({ usage }) => usage)),
        cost: sumOfCosts(parts.map(({ cost }) => cost)),
        costSource: sourceOfSum(parts),
        elapsedMillis: first.call_elapsed_ms,
        firstByteMillis: first.call_first_byte_ms ?? undefined,
        isSound: parts.every(({ isSound }) => isSound)
      },
      attempts
    }
  })

const attemptOf = (row: ReadRow): StoredCall["attempts"][number] => ({
  at: row.at,
  provider: row.provider ?? "",
  model: row.model ?? "",
  key: row.api_key ?? undefined,
  outcome: row.outcome,
  detail: row.detail ?? undefined,
  usage: {
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    cachedTokens: row.cached_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    reasoningTokens: row.reasoning_tokens,
    estimated: row.estimated === 1
  },
  cost: row.cost ?? undefined,
  costSource: row.cost === null ? undefined : (row.cost_source ?? (row.estimated === 1 ? "estimate" : "prices")),
  elapsedMillis: row.elapsed_ms,
  firstByteMillis: row.first_byte_ms ?? undefined,
  isSound: row.sound === 1
})

import { Array as Arr, Schema } from "effect"
import type { AttemptRecord, CallRecord } from "./CallRecord.ts"
import { noUsage, sumOfUsage } from "./usage.ts"
import { sumOfCosts } from "./price.ts"

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
  charged: Schema.NullOr(Schema.Finite)
})
export type LedgerRow = typeof LedgerRow.Type

export const columns = Object.keys(LedgerRow.fields)

/** A call as the ledger holds it. */
export interface StoredCall {
  readonly call: Omit<CallRecord, "attempts" | "outcome" | "held"> & { readonly outcome: string }
  readonly attempts: ReadonlyArray<Omit<AttemptRecord, "outcome"> & { readonly outcome: string }>
}

// The widths of the columns.
const longest = { requestId: 128, model: 255, detail: 500, key: 32, route: 100 }

const whole = (millis: number | undefined): number | null => (millis === undefined ? null : Math.round(millis))

/** The rows of a call, each a list of values in the order of `columns`. */
export const rowsOf = (call: CallRecord): ReadonlyArray<ReadonlyArray<string | number | null>> => {
  const ofCall = [
    call.role,
    call.requestId.slice(0, longest.requestId),
    call.stream ? 1 : 0,
    call.attempts.length,
    call.at,
    call.outcome,
    Math.round(call.elapsedMillis),
    whole(call.firstByteMillis),
    call.payer.accountId,
    call.payer.userId,
    call.payer.keyId,
    call.route === "" ? null : call.route.slice(0, longest.route)
  ]
  if (call.attempts.length === 0) {
    const none = [null, null, null, call.outcome, null, 0, 0, 0, 0, 0, 0, Math.round(call.elapsedMillis), null]
    return [[call.id, 0, call.at, ...none, ...ofCall, chargeOf(call, 0) ?? null]]
  }
  return call.attempts.map((attempt, index) => [
    call.id,
    index + 1,
    attempt.at,
    attempt.provider,
    attempt.model.slice(0, longest.model),
    attempt.key?.slice(0, longest.key) ?? null,
    attempt.outcome,
    attempt.detail?.slice(0, longest.detail) ?? null,
    attempt.usage.promptTokens,
    attempt.usage.completionTokens,
    attempt.usage.cachedTokens,
    attempt.usage.reasoningTokens,
    attempt.usage.estimated ? 1 : 0,
    attempt.cost ?? null,
    Math.round(attempt.elapsedMillis),
    whole(attempt.firstByteMillis),
    ...ofCall,
    chargeOf(call, attempt.cost) ?? null
  ])
}

/** What an attempt takes of its account's credit; what has no price takes nothing. `undefined` where the account has no limit. */
export const chargeOf = (call: CallRecord, cost: number | undefined): number | undefined =>
  call.held === undefined ? undefined : (cost ?? 0)

/** The calls that rows stand for, in the order of the rows. */
export const callsOf = (rows: ReadonlyArray<LedgerRow>): ReadonlyArray<StoredCall> =>
  [...Map.groupBy(rows, ({ call_id }) => call_id).values()].filter(Arr.isArrayNonEmpty).map((rows) => {
    const [first] = rows
    const attempts = rows.filter(({ attempt }) => attempt > 0).map(attemptOf)
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
        usage: attempts.length === 0 ? noUsage : sumOfUsage(attempts.map(({ usage }) => usage)),
        cost: sumOfCosts(attempts.map(({ cost }) => cost)),
        elapsedMillis: first.call_elapsed_ms,
        firstByteMillis: first.call_first_byte_ms ?? undefined
      },
      attempts
    }
  })

const attemptOf = (row: LedgerRow): StoredCall["attempts"][number] => ({
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
    reasoningTokens: row.reasoning_tokens,
    estimated: row.estimated === 1
  },
  cost: row.cost ?? undefined,
  elapsedMillis: row.elapsed_ms,
  firstByteMillis: row.first_byte_ms ?? undefined
})

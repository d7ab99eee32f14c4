import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { AttemptRecord, CallRecord } from "./CallRecord.ts"

const tokens = {
  prompt_tokens: Schema.Finite,
  completion_tokens: Schema.Finite,
  cached_tokens: Schema.Finite,
  reasoning_tokens: Schema.Finite,
  estimated: Schema.Finite
}

const AttemptRow = Schema.Struct({
  call_id: Schema.String,
  attempt: Schema.Finite,
  at: Schema.Finite,
  provider: Schema.String,
  model: Schema.String,
  api_key: Schema.NullOr(Schema.String),
  outcome: Schema.String,
  detail: Schema.NullOr(Schema.String),
  ...tokens,
  cost: Schema.NullOr(Schema.Finite),
  elapsed_ms: Schema.Finite,
  first_byte_ms: Schema.NullOr(Schema.Finite)
})

const CallRow = Schema.Struct({
  id: Schema.String,
  at: Schema.Finite,
  role: Schema.String,
  request_id: Schema.String,
  provider: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  stream: Schema.Finite,
  outcome: Schema.String,
  attempts: Schema.Finite,
  ...tokens,
  cost: Schema.NullOr(Schema.Finite),
  elapsed_ms: Schema.Finite,
  first_byte_ms: Schema.NullOr(Schema.Finite)
})

/** A call as the database holds it, with its attempts in order. */
export interface StoredCall {
  readonly call: typeof CallRow.Type
  readonly attempts: ReadonlyArray<typeof AttemptRow.Type>
}

// The widths of the columns.
const longest = { id: 128, model: 255, detail: 500, key: 32 }

const shared = (record: Pick<AttemptRecord, "at" | "usage" | "cost" | "elapsedMillis" | "firstByteMillis">) => ({
  at: record.at,
  prompt_tokens: record.usage.promptTokens,
  completion_tokens: record.usage.completionTokens,
  cached_tokens: record.usage.cachedTokens,
  reasoning_tokens: record.usage.reasoningTokens,
  estimated: record.usage.estimated ? 1 : 0,
  cost: record.cost ?? null,
  elapsed_ms: Math.round(record.elapsedMillis),
  first_byte_ms: record.firstByteMillis === undefined ? null : Math.round(record.firstByteMillis)
})

export const callRow = (call: CallRecord): typeof CallRow.Encoded => ({
  id: call.id,
  role: call.role,
  request_id: call.requestId.slice(0, longest.id),
  provider: call.provider ?? null,
  model: call.model?.slice(0, longest.model) ?? null,
  stream: call.stream ? 1 : 0,
  outcome: call.outcome,
  attempts: call.attempts.length,
  ...shared(call)
})

export const attemptRow = (callId: string, number: number, attempt: AttemptRecord): typeof AttemptRow.Encoded => ({
  call_id: callId,
  attempt: number,
  provider: attempt.provider,
  model: attempt.model.slice(0, longest.model),
  api_key: attempt.key?.slice(0, longest.key) ?? null,
  outcome: attempt.outcome,
  detail: attempt.detail?.slice(0, longest.detail) ?? null,
  ...shared(attempt)
})

const names = (row: { readonly fields: object }): string => Object.keys(row.fields).join(", ")

/** Makes the reader of the newest calls; ids ascend in time, so they page. */
export const makeRecentCalls = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const decodeCalls = Schema.decodeUnknownEffect(Schema.Array(CallRow))
  const decodeAttempts = Schema.decodeUnknownEffect(Schema.Array(AttemptRow))

  return Effect.fn("CallLedger.recent")(function* (options: {
    readonly limit: number
    readonly before?: string | undefined
  }) {
    const before = options.before === undefined ? sql`1 = 1` : sql`id < ${options.before}`
    const calls = yield* decodeCalls(
      yield* sql`SELECT ${sql.literal(names(CallRow))} FROM model_calls WHERE ${before}
          ORDER BY id DESC LIMIT ${sql.literal(String(options.limit))}`
    )
    const ids = calls.map(({ id }) => id)
    const attempts =
      ids.length === 0
        ? []
        : yield* decodeAttempts(
            yield* sql`SELECT ${sql.literal(names(AttemptRow))} FROM model_attempts
                WHERE ${sql.in("call_id", ids)} ORDER BY call_id, attempt`
          )
    const byCall = Map.groupBy(attempts, ({ call_id }) => call_id)
    return calls.map((call): StoredCall => ({ call, attempts: byCall.get(call.id) ?? [] }))
  }, Effect.orDie)
})

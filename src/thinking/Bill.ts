import { Schema } from "effect"

const Tokens = Schema.Int

/** What one model call came to, all its requests to platforms together. */
export const Bill = Schema.Struct({
  /** In the ledger of calls; null where the call never got there. */
  call_id: Schema.NullOr(Schema.String),
  provider: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  attempts: Schema.Int,
  prompt_tokens: Tokens,
  completion_tokens: Tokens,
  cached_tokens: Tokens,
  reasoning_tokens: Tokens,
  /** Whether tokens are an estimate: a platform told none. */
  estimated: Schema.Boolean,
  /** In micro-USD; null where no price is known. */
  cost: Schema.NullOr(Schema.Finite),
  elapsed_ms: Schema.Finite
}).annotate({ identifier: "Bill" })
export type Bill = typeof Bill.Type

/** What a run came to; `calls` counts model calls, `attempts` the requests made for them. */
export const RunUsage = Schema.Struct({
  calls: Schema.Int,
  attempts: Schema.Int,
  prompt_tokens: Tokens,
  completion_tokens: Tokens,
  cached_tokens: Tokens,
  reasoning_tokens: Tokens,
  estimated: Schema.Boolean,
  cost: Schema.NullOr(Schema.Finite)
}).annotate({ identifier: "RunUsage" })
export type RunUsage = typeof RunUsage.Type

export const noRunUsage: RunUsage = {
  calls: 0,
  attempts: 0,
  prompt_tokens: 0,
  completion_tokens: 0,
  cached_tokens: 0,
  reasoning_tokens: 0,
  estimated: false,
  cost: 0
}

/** With one more call on the bill. */
export const withBill = (usage: RunUsage, bill: Bill): RunUsage => ({
  calls: usage.calls + 1,
  attempts: usage.attempts + bill.attempts,
  prompt_tokens: usage.prompt_tokens + bill.prompt_tokens,
  completion_tokens: usage.completion_tokens + bill.completion_tokens,
  cached_tokens: usage.cached_tokens + bill.cached_tokens,
  reasoning_tokens: usage.reasoning_tokens + bill.reasoning_tokens,
  estimated: usage.estimated || bill.estimated,
  cost: usage.cost === null || bill.cost === null ? null : usage.cost + bill.cost
})

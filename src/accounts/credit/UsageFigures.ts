import { Schema } from "effect"

/** By what usage is summed up; a day begins at midnight UTC. */
export const UsageGrouping = Schema.Literals(["day", "model", "key", "route"])
export type UsageGrouping = typeof UsageGrouping.Type

/** What was used. */
export const UsageFigures = Schema.Struct({
  calls: Schema.Finite.annotate({
    description: "What callers asked for. One whose attempts are in several groups counts in that of its first attempt."
  }),
  attempts: Schema.Finite.annotate({ description: "Requests to platforms." }),
  prompt_tokens: Schema.Finite,
  completion_tokens: Schema.Finite,
  cached_tokens: Schema.Finite,
  cache_write_tokens: Schema.Finite,
  reasoning_tokens: Schema.Finite,
  cost: Schema.Finite.annotate({ description: "In micro-USD, of the attempts whose price is known." }),
  cost_estimated: Schema.Finite.annotate({
    description: "What of `cost` rests on tokens that no platform counted."
  }),
  charged: Schema.Finite.annotate({
    description: "In micro-USD, taken off the credit of accounts that pay in advance."
  }),
  unpriced: Schema.Finite.annotate({ description: "Attempts whose price is not known." }),
  unsound: Schema.Finite.annotate({
    description: "Attempts for which the database has numbers that cannot be; those count as nothing."
  })
})
export type UsageFigures = typeof UsageFigures.Type

export const noFigures: UsageFigures = {
  calls: 0,
  attempts: 0,
  prompt_tokens: 0,
  completion_tokens: 0,
  cached_tokens: 0,
  cache_write_tokens: 0,
  reasoning_tokens: 0,
  cost: 0,
  cost_estimated: 0,
  charged: 0,
  unpriced: 0,
  unsound: 0
}

export const sumOfFigures = (one: UsageFigures, other: UsageFigures): UsageFigures => ({
  calls: one.calls + other.calls,
  attempts: one.attempts + other.attempts,
  prompt_tokens: one.prompt_tokens + other.prompt_tokens,
  completion_tokens: one.completion_tokens + other.completion_tokens,
  cached_tokens: one.cached_tokens + other.cached_tokens,
  cache_write_tokens: one.cache_write_tokens + other.cache_write_tokens,
  reasoning_tokens: one.reasoning_tokens + other.reasoning_tokens,
  cost: one.cost + other.cost,
  cost_estimated: one.cost_estimated + other.cost_estimated,
  charged: one.charged + other.charged,
  unpriced: one.unpriced + other.unpriced,
  unsound: one.unsound + other.unsound
})

// What the process that is killed is told, as JSON in its one argument, and what all agree on.
import { Schema } from "effect"

export const Plan = Schema.Struct({
  /** Of the upstream. */
  port: Schema.Int,
  /** Of its database, absolute; exists. */
  home: Schema.String,
  account: Schema.String,
  /** How the ids of its requests begin. */
  name: Schema.String,
  /** Requests at the same time. */
  concurrency: Schema.Int
})
export type Plan = typeof Plan.Type

/** In USD per million tokens. */
export const price = { input: 3, output: 7 }
/** What the upstream counts for every reply. */
export const tokens = { promptTokens: 37, completionTokens: 11 }
/** What each reply costs, in micro-USD. */
export const costOfReply = tokens.promptTokens * price.input + tokens.completionTokens * price.output

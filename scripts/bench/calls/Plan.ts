// What the process that makes the calls is told, as JSON in its one argument.
import { Schema } from "effect"

/** All of it. */
export const Plan = Schema.Struct({
  /** Of the upstream, which answers at once. */
  upstreamPort: Schema.Int,
  /** Of the server of long streams. */
  chunksPort: Schema.Int,
  /** In each of its streams. */
  chunks: Schema.Int,
  /** For databases, absolute; exists. */
  folder: Schema.String,
  /** Where the result goes, absolute. */
  resultFile: Schema.String,
  rounds: Schema.Int,
  /** Of each kind in each round. */
  calls: Schema.Int,
  /** At the same time. */
  streams: Schema.Int
})
export type Plan = typeof Plan.Type

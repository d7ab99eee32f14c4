import { Schema } from "effect"
import { RunUsage } from "../Bill.ts"
import { RunId } from "../RunId.ts"

/** What became of one problem under one strategy. */
export const Outcome = Schema.Struct({
  strategy: Schema.String,
  problem: Schema.String,
  run: RunId,
  /** `failed`: there was no answer at all. */
  verdict: Schema.Literals(["right", "wrong", "failed"]),
  /** The answer that was given, or why there was none. */
  answer: Schema.String,
  degraded: Schema.Boolean,
  usage: RunUsage,
  /** From the request to the end of the run. */
  elapsed_ms: Schema.Finite
})
export type Outcome = typeof Outcome.Type

import { Context, type Effect, Schema } from "effect"
import type { Probe } from "./Probe.ts"

/**
 * The search has nothing to say in time: too many searches wait, it took too long, or it is not running at the moment.
 */
export class SearchSkipped extends Schema.TaggedError<SearchSkipped>()("SearchSkipped", {
  why: Schema.Literals(["busy", "slow", "down"])
}) {}

/**
 * Finds rows of the bank that may be the same question. One implementation per way of searching: FTS5 in a thread of its own
 * beside a bank in a file, FTS5 in this process for a bank in memory.
 */
export class Candidates extends Context.Service<
  Candidates,
  {
    /** Ids of rows, the likeliest first, at most 16. They may be gone or changed by now. */
    readonly find: (probe: Probe) => Effect.Effect<ReadonlyArray<string>, SearchSkipped>
    /** Succeeds once everything that the bank holds at the moment can be found. */
    readonly caughtUp: Effect.Effect<void>
  }
>()("siku/bank/similar/Candidates") {}

import { Array as Arr, Effect, Exit, Request, RequestResolver, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { makeInsertText } from "../../platform/insertText.ts"
import type { RunUsage } from "../Bill.ts"
import type { RunId } from "../RunId.ts"
import { endsRun, type LoggedEvent, ThoughtEvent } from "../ThoughtEvent.ts"
import { summaryOf } from "./summaryOf.ts"

interface Part {
  readonly events: Arr.NonEmptyReadonlyArray<LoggedEvent>
  /** Of the run, with these events. */
  readonly usage: RunUsage
}
class Append extends Request.Class<Part, void> {}

// Below every dialect's limit on parameters, and a short stretch on the event loop.
const rowsPerInsert = 50
const partsPerCommit = 50
const columns = ["run_id", "seq", "at", "type", "data"]

const encode = Schema.encodeSync(Schema.fromJsonString(ThoughtEvent))

/**
 * Writes events one commit for all that are to be written at the same time; an end goes with what its run came to. A commit
 * outlives the process; its way to the disk is not waited for. What cannot be written is tried again without the others, so
 * that a fault of one run is its own.
 */
export const makeEventWriter = Effect.fnUntraced(function* (written: (id: RunId) => void) {
  const sql = yield* SqlClient.SqlClient

  const textFor = makeInsertText(sql, "run_events", columns)

  const insert = (events: ReadonlyArray<LoggedEvent>) => {
    const values = events.flatMap(({ at, event, run, seq }) => [run, seq, at, event.type, encode(event)])
    return sql.unsafe(textFor(events.length), values)
  }

  const mark = ({ event, run, at }: LoggedEvent, usage: RunUsage) => {
    const change = endsRun(event)
      ? summaryOf(event, usage, at)
      : event.type === "RunStarted" && event.background
        ? { state: "running", request: null }
        : undefined
    return change === undefined ? [] : [sql`UPDATE runs SET ${sql.update(change)} WHERE id = ${run}`]
  }

  const write = (parts: Arr.NonEmptyReadonlyArray<Part>) => {
    const events = parts.flatMap(({ events }) => events)
    const statements = [
      ...Arr.chunksOf(events, rowsPerInsert).map(insert),
      ...parts.flatMap(({ events, usage }) => events.flatMap((event) => mark(event, usage)))
    ]
    const [only] = statements
    // One statement is a transaction of its own.
    return statements.length === 1 && only !== undefined
      ? Effect.asVoid(only)
      : sql.withTransaction(Effect.all(statements, { discard: true }))
  }

  const resolver = RequestResolver.make<Append>(
    Effect.fnUntraced(function* (entries) {
      const exit = yield* Effect.exit(
        Effect.orDie(Effect.suspend(() => write(Arr.map(entries, ({ request }) => request))))
      )
      for (const entry of entries) {
        const own =
          Exit.isSuccess(exit) || entries.length === 1
            ? exit
            : yield* Effect.exit(Effect.orDie(Effect.suspend(() => write([entry.request]))))
        if (Exit.isSuccess(own)) written(entry.request.events[0].run)
        entry.completeUnsafe(own)
      }
    })
  ).pipe(RequestResolver.batchN(partsPerCommit))

  // Whoever leaves in between must know what is in the log.
  return (part: Part): Effect.Effect<void> => Effect.uninterruptible(Effect.request(new Append(part), resolver))
})

import { Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { RunId } from "../RunId.ts"
import { type LoggedEvent, ThoughtEvent } from "../ThoughtEvent.ts"

// A few milliseconds of the event loop.
export const eventsPerPage = 100

/** Reads the log page by page: the events that follow number `after` without a gap, at most 100. */
export const makeEventPages = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = SqlSchema.findAll({
    Request: Schema.Struct({ id: RunId, after: Schema.Finite }),
    Result: Schema.Struct({
      seq: Schema.Finite,
      at: Schema.Finite,
      data: Schema.fromJsonString(ThoughtEvent)
    }),
    execute: ({ after, id }) => sql`
      SELECT seq, at, data FROM run_events WHERE run_id = ${id} AND seq > ${after}
      ORDER BY seq LIMIT ${sql.literal(String(eventsPerPage))}`
  })
  return (id: RunId, after: number): Effect.Effect<ReadonlyArray<LoggedEvent>> =>
    Effect.map(Effect.orDie(rows({ id, after })), (found) => {
      // What is written at the same time as another event may be seen before it.
      const gap = found.findIndex(({ seq }, at) => seq !== after + at + 1)
      return (gap === -1 ? found : found.slice(0, gap)).map(({ at, data, seq }) => ({ run: id, seq, at, event: data }))
    })
})

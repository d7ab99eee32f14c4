import { Effect, Layer, Schema, Semaphore } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { Candidates } from "./Candidates.ts"
import { openSearchIndex } from "./SearchIndex.ts"

const rowsPerStep = 100

const Row = Schema.Struct({
  rowid: Schema.Finite,
  id: Schema.String,
  title: Schema.String,
  options: Schema.fromJsonString(Schema.Array(Schema.String))
})

/**
 * Searches a bank in memory, which only this process can read: before each search it compares the bank with the index,
 * when anything was written since. For tests and trials, whose banks are small.
 */
export const layer: Layer.Layer<Candidates, never, SqlClient.SqlClient> = Layer.effect(
  Candidates,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const index = yield* Effect.acquireRelease(
      Effect.sync(() => openSearchIndex(":memory:")),
      (index) => Effect.sync(() => index.close())
    )
    const one = yield* Semaphore.make(1)
    let seen = -1

    const rowsAfter = SqlSchema.findAll({
      Request: Schema.Finite,
      Result: Row,
      execute: (rowid) => sql`
        SELECT rowid, id, title, options FROM bank_questions WHERE rowid > ${rowid}
        ORDER BY rowid LIMIT ${sql.literal(String(rowsPerStep))}`
    })
    const changes = SqlSchema.findOne({
      Request: Schema.Void,
      Result: Schema.Struct({ changes: Schema.Finite }),
      execute: () => sql`SELECT total_changes() AS changes`
    })

    const caughtUp = one.withPermits(1)(
      Effect.gen(function* () {
        const now = (yield* changes(undefined)).changes
        if (now === seen) return
        for (let after: number | undefined = 0; after !== undefined;) {
          const rows: ReadonlyArray<typeof Row.Type> = yield* rowsAfter(after)
          index.put(after, rows)
          after = rows.at(-1)?.rowid
          if (rows.length === rowsPerStep) yield* Effect.yieldNow
        }
        index.commit()
        seen = now
      }).pipe(Effect.orDie)
    )

    return Candidates.of({
      find: (probe) =>
        Effect.andThen(
          caughtUp,
          Effect.sync(() => index.find(probe))
        ),
      caughtUp
    })
  })
)

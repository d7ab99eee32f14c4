// What was held for the calls of a process that has died. A process renews its holds as long as it lives; the calls of those that nobody
// has renewed for a while are lost, and written down as that: they are charged what is known of them (`ifLost`), and what was held is let
// go. A process that only stood still for long writes its calls down all the same, in the place of what was written of them as lost.
// In an SQLite file that nobody else has open, all holds are of the dead when a process starts (`abandonIfAlone`).
import { Array as Arr, Clock, Effect, Option, Schedule, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { decodeJson } from "../../platform/decodeJson.ts"
import { makeSettle } from "./settle.ts"
import { isSound, soundly } from "./soundNumbers.ts"

const renewEvery = "10 seconds"
/** In milliseconds; three renewals were missed. */
export const lapsesAfter = 30_000
// Rows per commit: a short stretch on the event loop.
const callsPerCommit = 50

const Row = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Null]))
const decodeRow = decodeJson(Row)

const Lapsed = Schema.Struct({
  call_id: Schema.String,
  account_id: Schema.String,
  /** NULL where the hold is from before this was written down: nothing is known of its call. */
  if_lost: Schema.NullOr(Schema.String)
})

export const makeLapsedHolds = (sql: SqlClient.SqlClient, processId: string) => {
  const settle = makeSettle(sql)
  const charged = sql.literal(soundly("charged", "amount"))

  const some = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ call_id: Schema.String }),
    execute: () => sql`SELECT call_id FROM credit_holds LIMIT 1`
  })

  const lapsed = SqlSchema.findAll({
    Request: Schema.Finite,
    Result: Lapsed,
    execute: (before) => sql`
      SELECT call_id, account_id, if_lost FROM credit_holds WHERE renewed_at < ${before}
      ORDER BY call_id LIMIT ${sql.literal(String(callsPerCommit))}`
  })

  const renew = (now: number) => sql`UPDATE credit_holds SET renewed_at = ${now} WHERE process_id = ${processId}`

  const insert = (row: typeof Row.Type) =>
    sql.onDialectOrElse({
      mysql: () => sql`INSERT IGNORE INTO model_attempts ${sql.insert(row)}`,
      orElse: () => sql`INSERT INTO model_attempts ${sql.insert(row)} ON CONFLICT DO NOTHING`
    })

  /** Writes down what has lapsed, oldest first. */
  const writeLost = (before: number): Effect.Effect<void, Effect.Error<ReturnType<typeof lapsed>>> =>
    Effect.flatMap(lapsed(before), (holds) => {
      if (!Arr.isReadonlyArrayNonEmpty(holds)) return Effect.void
      const rows = new Map(
        holds.flatMap(({ call_id, if_lost }) =>
          Option.toArray(decodeRow(if_lost ?? "")).map((row) => [call_id, row] as const)
        )
      )
      const charges = Arr.map(holds, ({ account_id: account, call_id: call }) => ({
        call,
        account,
        amount: Number(rows.get(call)?.["charged"] ?? 0)
      }))
      return Effect.andThen(
        settle(charges, Effect.forEach(rows.values(), insert, { discard: true })),
        writeLost(before)
      )
    })

  const look = Effect.gen(function* () {
    if ((yield* some(undefined)).length === 0) return
    const now = yield* Clock.currentTimeMillis
    yield* renew(now)
    yield* writeLost(now - lapsesAfter)
  }).pipe(Effect.catch((error) => Effect.logWarning(`holds could not be renewed: ${error.message}`)))

  return {
    /**
     * Writes down the calls of the dead; then, what accounts have held is what there are holds for, and a balance that is no number is
     * again what was ordered without what was charged.
     */
    recount: Effect.gen(function* () {
      yield* look
      yield* sql`
        UPDATE accounts SET held = (SELECT COALESCE(SUM(amount), 0) FROM credit_holds WHERE account_id = accounts.id)
        WHERE held <> (SELECT COALESCE(SUM(amount), 0) FROM credit_holds WHERE account_id = accounts.id)`
      yield* sql`
        UPDATE accounts SET balance = (SELECT COALESCE(SUM(amount), 0) FROM orders WHERE account_id = accounts.id)
          - (SELECT COALESCE(SUM(${charged}), 0) FROM model_attempts WHERE account_id = accounts.id)
        WHERE NOT ${sql.literal(isSound("balance", "balance"))}`
    }),
    /** Renews this process's holds and writes down the calls of dead ones, for ever. */
    watch: Effect.repeat(look, Schedule.spaced(renewEvery))
  }
}

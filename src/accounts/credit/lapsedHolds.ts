// What was held for the calls of a process that has died. A process renews its holds as long as it lives; what nobody has renewed
// for a while is let go. Whatever a call has come to is charged when it is written down, held or not: to let go too early (a process
// that stood still for long) lets others spend meanwhile and loses nothing. In an SQLite file that nobody else has open, a process finds
// none of the dead at its start (`emptyIfAlone`).
import { Clock, Effect, Schedule, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"

const renewEvery = "10 seconds"
/** In milliseconds; three renewals were missed. */
export const lapsesAfter = 30_000

export const makeLapsedHolds = (sql: SqlClient.SqlClient, processId: string) => {
  const some = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ call_id: Schema.String }),
    execute: () => sql`SELECT call_id FROM credit_holds LIMIT 1`
  })

  const renew = (now: number) => sql`UPDATE credit_holds SET renewed_at = ${now} WHERE process_id = ${processId}`

  // The sum anew in place of a difference: it is right again whatever was wrong.
  const letGo = Effect.fnUntraced(function* (before: number) {
    yield* sql`
      UPDATE accounts SET held = (
        SELECT COALESCE(SUM(amount), 0) FROM credit_holds WHERE account_id = accounts.id AND renewed_at >= ${before}
      ) WHERE id IN (SELECT account_id FROM credit_holds WHERE renewed_at < ${before})`
    yield* sql`DELETE FROM credit_holds WHERE renewed_at < ${before}`
  }, sql.withTransaction)

  const look = Effect.gen(function* () {
    if ((yield* some(undefined)).length === 0) return
    const now = yield* Clock.currentTimeMillis
    yield* renew(now)
    yield* letGo(now - lapsesAfter)
  }).pipe(Effect.catch((error) => Effect.logWarning(`holds could not be renewed: ${error.message}`)))

  return {
    /** What accounts have held is what there are holds for. */
    recount: sql`
      UPDATE accounts SET held = (SELECT COALESCE(SUM(amount), 0) FROM credit_holds WHERE account_id = accounts.id)
      WHERE held <> (SELECT COALESCE(SUM(amount), 0) FROM credit_holds WHERE account_id = accounts.id)`,
    /** Renews this process's holds and lets those of dead ones go, for ever. */
    watch: Effect.repeat(look, Schedule.spaced(renewEvery))
  }
}

// Tokens, revocations and keys whose time is over are deleted.
import { Clock, Duration, Effect, Layer, Schedule, Schema } from "effect"
import { SqlClient, SqlSchema, type Statement } from "effect/sql"
import { clockTolerance } from "./AccessClaims.ts"
import { overlap, signingPeriod } from "./SigningKeys.ts"

const lookEvery = "1 hour"
// Each a short stretch of the event loop, and of a database that others write to.
const rowsPerPortion = 500

/** The age at which a signing key is of no use, also one that this process cannot open. */
const uselessAfter = Duration.toMillis(Duration.sum(signingPeriod, overlap))

/** Deletes what no longer counts; answers with how many rows. */
export const forgetOldTokens = Effect.fn("OldTokens.forget")(function* () {
  const sql = yield* SqlClient.SqlClient
  const now = yield* Clock.currentTimeMillis
  const limit = sql.literal(String(rowsPerPortion))

  const idsOf = (table: string, isOver: Statement.Fragment) =>
    SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ id: Schema.String }),
      execute: () => sql`SELECT id FROM ${sql(table)} WHERE ${isOver} LIMIT ${limit}`
    })

  const forget = Effect.fnUntraced(function* (table: string, isOver: Statement.Fragment) {
    const find = idsOf(table, isOver)
    let forgotten = 0
    for (;;) {
      const found = yield* find(undefined)
      if (found.length === 0) return forgotten
      yield* sql`DELETE FROM ${sql(table)} WHERE ${sql.in(
        "id",
        found.map(({ id }) => id)
      )}`
      forgotten += found.length
      yield* Effect.yieldNow
    }
  })

  const before = now - Duration.toMillis(clockTolerance)
  return (
    (yield* forget("revoked_tokens", sql`expires_at < ${before}`)) +
    (yield* forget("refresh_tokens", sql`expires_at < ${before}`)) +
    (yield* forget("signing_keys", sql`(retired_at < ${before} OR created_at < ${now - uselessAfter})`))
  )
})

/** Looks every hour. */
export const layer: Layer.Layer<never, never, SqlClient.SqlClient> = Layer.effectDiscard(
  forgetOldTokens().pipe(
    Effect.catch((error) => Effect.logWarning(`old tokens could not be deleted: ${error.message}`)),
    Effect.repeat(Schedule.spaced(lookEvery)),
    Effect.forkScoped
  )
)

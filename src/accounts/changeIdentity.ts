import { Effect } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { Durability } from "../platform/Durability.ts"
import { IdentityVersion } from "./IdentityVersion.ts"

/**
 * Makes what all changes of users, accounts and keys have in common: one transaction, which its entry in the audit log belongs to; seen at
 * once by this process; safe on the disk when it succeeds. A failing database is a defect.
 */
export const makeChange = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const version = yield* IdentityVersion
  return <A, E, R>(work: Effect.Effect<A, E, R>) =>
    sql.withTransaction(work).pipe(
      // It begins by reading, and could not go on to write once another process has written.
      Effect.provideService(SqlClient.BeginTransaction, "BEGIN IMMEDIATE"),
      Effect.ensuring(version.advance),
      Effect.tap(() => durability.flush),
      Effect.uninterruptible,
      Effect.catchIf(SqlError.isSqlError, Effect.die)
    )
})

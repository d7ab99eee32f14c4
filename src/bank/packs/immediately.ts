import { Effect } from "effect"
import { SqlClient, SqlError } from "effect/sql"

/** A transaction that begins by reading cannot go on to write once another process has written; this one waits its turn. */
export const immediate = Effect.provideService(SqlClient.BeginTransaction, "BEGIN IMMEDIATE")

/** Makes one transaction of it. A failing database is a defect. */
export const immediately =
  (sql: SqlClient.SqlClient) =>
  <A, E, R>(body: Effect.Effect<A, E, R>) =>
    body.pipe(sql.withTransaction, immediate, Effect.catchIf(isSqlError, Effect.die))

const isSqlError = (error: unknown): error is SqlError.SqlError => error instanceof SqlError.SqlError

import type { Array as Arr } from "effect"
import { Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { soundly } from "./soundNumbers.ts"

/** What an account has, in micro-USD, as far as credit goes by it. */
export const AccountRow = Schema.Struct({
  id: Schema.String,
  active: Schema.BooleanFromBit,
  prepaid: Schema.BooleanFromBit,
  balance: Schema.Finite,
  /** For calls under way. */
  held: Schema.Finite
})
export type AccountRow = typeof AccountRow.Type

/** What is left for further calls, in micro-USD. */
export const availableOf = ({ balance, held }: AccountRow): number => balance - held

type Ids = Arr.NonEmptyReadonlyArray<string>

/**
 * Locks these accounts until the transaction ends and reads them. SQLite is told to write at once: a transaction that begins by reading
 * could not go on once another process has written.
 */
export const makeLockAccounts = (sql: SqlClient.SqlClient) => {
  const columns = sql.literal(
    `id, active, prepaid, ${soundly("balance", "balance")} AS balance, ${soundly("held", "balance")} AS held`
  )
  return SqlSchema.findAll({
    Request: Schema.NonEmptyArray(Schema.String),
    Result: AccountRow,
    execute: (ids: Ids) =>
      sql.onDialectOrElse({
        mysql: () => sql`
          SELECT ${columns} FROM accounts WHERE ${sql.in("id", ids)} ORDER BY id FOR UPDATE`,
        orElse: () => sql`
          UPDATE accounts SET held = held WHERE ${sql.in("id", ids)} RETURNING ${columns}`
      })
  })
}

/** Whether an account has limited credit, by its id. */
export const makeIsPrepaid = (sql: SqlClient.SqlClient) =>
  SqlSchema.findAll({
    Request: Schema.String,
    Result: Schema.Struct({ prepaid: Schema.BooleanFromBit }),
    execute: (id) => sql`SELECT prepaid FROM accounts WHERE id = ${id}`
  })

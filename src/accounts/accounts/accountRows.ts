import { Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { AccountId } from "../AccountId.ts"
import { soundly } from "../credit/soundNumbers.ts"
import { UserId } from "../UserId.ts"

/** An account as it is stored; column names are the field names. Times are milliseconds since 1970, amounts micro-USD. */
export const AccountRow = Schema.Struct({
  id: AccountId,
  name: Schema.String,
  active: Schema.BooleanFromBit,
  /** Whether calls are paid from the balance; else there is no limit. */
  prepaid: Schema.BooleanFromBit,
  balance: Schema.Int,
  /** Of the balance, what calls under way may still cost. */
  held: Schema.Int,
  created_at: Schema.Finite,
  updated_at: Schema.Finite
})
export type AccountRow = typeof AccountRow.Type

const Page = Schema.Struct({
  before: Schema.NullOr(AccountId),
  limit: Schema.Int,
  /** Only those that this user belongs to. */
  member: Schema.NullOr(UserId)
})

const isAmount = new Set(["balance", "held"])

/** The statements about accounts. What is in `balance` and `held` is for `credit/` to change. */
export const makeAccountRows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    Object.keys(AccountRow.fields)
      .map((column) => (isAmount.has(column) ? `${soundly(column, "balance")} AS ${column}` : column))
      .join(", ")
  )
  const encode = Schema.encodeEffect(AccountRow)

  const byId = SqlSchema.findAll({
    Request: AccountId,
    Result: AccountRow,
    execute: (id) => sql`SELECT ${columns} FROM accounts WHERE id = ${id}`
  })
  const page = SqlSchema.findAll({
    Request: Page,
    Result: AccountRow,
    execute: ({ before, limit, member }) => {
      const bounds = [
        ...(before === null ? [] : [sql`id < ${before}`]),
        ...(member === null ? [] : [sql`id IN (SELECT account_id FROM account_members WHERE user_id = ${member})`])
      ]
      return sql`
        SELECT ${columns} FROM accounts WHERE ${bounds.length === 0 ? sql`1 = 1` : sql.and(bounds)}
        ORDER BY id DESC LIMIT ${sql.literal(String(limit))}`
    }
  })

  return {
    byId: (id: AccountId) => Effect.map(byId(id), ([row]) => row),
    /** The newest first. */
    page,
    insert: (row: AccountRow) =>
      Effect.flatMap(encode(row), (encoded) => sql`INSERT INTO accounts ${sql.insert(encoded)}`),
    /** Writes what is not money. */
    replace: ({ active, id, name, prepaid, updated_at }: AccountRow) =>
      sql`UPDATE accounts SET ${sql.update({
        name,
        active: active ? 1 : 0,
        prepaid: prepaid ? 1 : 0,
        updated_at
      })} WHERE id = ${id}`
  }
})

/** An account without credit. */
export const newAccount = (id: AccountId, name: string, prepaid: boolean, now: number): AccountRow => ({
  id,
  name,
  active: true,
  prepaid,
  balance: 0,
  held: 0,
  created_at: now,
  updated_at: now
})

import { Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { nfc } from "../../platform/normalForms.ts"
import { AccountId } from "../AccountId.ts"
import { UserId } from "../UserId.ts"

/** A user as it is stored; column names are the field names. Times are milliseconds since 1970. */
export const UserRow = Schema.Struct({
  id: UserId,
  /** In small letters. */
  email: Schema.String,
  name: Schema.String,
  age: Schema.NullOr(Schema.Int),
  password_hash: Schema.NullOr(Schema.String),
  admin: Schema.BooleanFromBit,
  active: Schema.BooleanFromBit,
  tokens_after: Schema.Finite,
  created_at: Schema.Finite,
  updated_at: Schema.Finite
})
export type UserRow = typeof UserRow.Type

/** The form in which addresses are stored and compared. */
export const emailKey = (email: string): string => nfc(email.trim()).toLowerCase()

const Page = Schema.Struct({ before: Schema.NullOr(UserId), limit: Schema.Int })

/** The statements about users. */
export const makeUserRows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(Object.keys(UserRow.fields).join(", "))
  const encode = Schema.encodeEffect(UserRow)
  const one = <A, E, R>(rows: Effect.Effect<ReadonlyArray<A>, E, R>) => Effect.map(rows, ([row]) => row)

  const byId = SqlSchema.findAll({
    Request: UserId,
    Result: UserRow,
    execute: (id) => sql`SELECT ${columns} FROM users WHERE id = ${id}`
  })
  const byEmail = SqlSchema.findAll({
    Request: Schema.String,
    Result: UserRow,
    execute: (email) => sql`SELECT ${columns} FROM users WHERE email = ${email}`
  })
  const page = SqlSchema.findAll({
    Request: Page,
    Result: UserRow,
    execute: ({ before, limit }) => sql`
      SELECT ${columns} FROM users WHERE ${before === null ? sql`1 = 1` : sql`id < ${before}`}
      ORDER BY id DESC LIMIT ${sql.literal(String(limit))}`
  })
  const accountsOf = SqlSchema.findAll({
    Request: UserId,
    Result: Schema.Struct({ id: AccountId }),
    execute: (id) => sql`
      SELECT a.id FROM account_members m JOIN accounts a ON a.id = m.account_id
      WHERE m.user_id = ${id} AND a.active = 1 ORDER BY m.created_at, a.id`
  })

  return {
    byId: (id: UserId) => one(byId(id)),
    byEmail: (email: string) => one(byEmail(emailKey(email))),
    /** The newest first. */
    page,
    /** Those that are active, the one it joined first before the others. */
    accountsOf: (id: UserId) => Effect.map(accountsOf(id), (rows) => rows.map(({ id }) => id)),
    insert: (row: UserRow) => Effect.flatMap(encode(row), (encoded) => sql`INSERT INTO users ${sql.insert(encoded)}`),
    replace: (row: UserRow) =>
      Effect.flatMap(
        encode(row),
        (encoded) => sql`UPDATE users SET ${sql.update(encoded, ["id"])} WHERE id = ${row.id}`
      ),
    /** Puts a hash of the same password in the place of this one, unless the password has changed meanwhile. */
    replaceHash: (id: UserId, before: string, after: string) =>
      sql`UPDATE users SET password_hash = ${after} WHERE id = ${id} AND password_hash = ${before}`,
    /** Makes all refresh tokens of a user worth nothing. */
    revokeTokens: (id: UserId, now: number) =>
      sql`UPDATE refresh_tokens SET revoked_at = ${now} WHERE user_id = ${id} AND revoked_at IS NULL`
  }
})

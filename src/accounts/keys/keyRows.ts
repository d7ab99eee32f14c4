import { Effect, Schema, SchemaTransformation } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { Scope } from "../../platform/Caller.ts"
import { AccountId } from "../AccountId.ts"
import { ApiKeyId } from "../ApiKeyId.ts"
import { UserId } from "../UserId.ts"

const isScope = Schema.is(Scope)

// A scope that is not known here, of a newer version, allows nothing.
const Scopes = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Array(Scope),
    SchemaTransformation.transform<ReadonlyArray<Scope>, string>({
      decode: (text) => text.split(" ").filter(isScope),
      encode: (scopes) => scopes.join(" ")
    })
  )
)

const Count = Schema.NullOr(Schema.Int)
const Time = Schema.NullOr(Schema.Finite)

/** A key as it is stored; column names are the field names. Times are milliseconds since 1970. */
export const KeyRow = Schema.Struct({
  id: ApiKeyId,
  /** null: of the house */
  account_id: Schema.NullOr(AccountId),
  /** Who made it; null where it was made with the admin key. */
  user_id: Schema.NullOr(UserId),
  name: Schema.String,
  prefix: Schema.String,
  hash: Schema.String,
  scopes: Scopes,
  models: Schema.NullOr(Schema.fromJsonString(Schema.Array(Schema.String))),
  per_minute: Count,
  per_hour: Count,
  concurrency: Count,
  /** Whether an administrator has set them. */
  limits_granted: Schema.BooleanFromBit,
  expires_at: Time,
  revoked_at: Time,
  last_used_at: Time,
  created_at: Schema.Finite
})
export type KeyRow = typeof KeyRow.Type

/** Which keys: of which account (null is the house, undefined any), and of which user if not of all. */
export interface KeysOf {
  readonly accountId: AccountId | null | undefined
  readonly userId?: UserId | undefined
}

const KnownKeyRow = Schema.Struct({
  ...KeyRow.fields,
  account_active: Schema.NullOr(Schema.BooleanFromBit),
  user_active: Schema.NullOr(Schema.BooleanFromBit),
  user_admin: Schema.NullOr(Schema.BooleanFromBit)
})
/** A key with what its account and its maker decide about it; null where there is none. */
export type KnownKeyRow = typeof KnownKeyRow.Type

/** The statements about keys. */
export const makeKeyRows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const names = Object.keys(KeyRow.fields)
  const columns = sql.literal(names.join(", "))
  const joined = sql.literal(names.map((name) => `k.${name}`).join(", "))
  const encode = Schema.encodeEffect(KeyRow)
  const decode = Schema.decodeUnknownEffect(Schema.Array(KeyRow))

  const known = sql`
    SELECT ${joined}, a.active AS account_active, u.active AS user_active, u.admin AS user_admin FROM api_keys k
    LEFT JOIN accounts a ON a.id = k.account_id LEFT JOIN users u ON u.id = k.user_id`
  const withHashes = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: KnownKeyRow,
    execute: (hashes) => sql`${known} WHERE ${sql.in("k.hash", hashes)}`
  })
  const withId = SqlSchema.findAll({
    Request: ApiKeyId,
    Result: KnownKeyRow,
    execute: (id) => sql`${known} WHERE k.id = ${id}`
  })

  const bounds = ({ accountId, userId }: KeysOf) => [
    ...(accountId === undefined ? [] : [accountId === null ? sql`account_id IS NULL` : sql`account_id = ${accountId}`]),
    ...(userId === undefined ? [] : [sql`user_id = ${userId}`])
  ]

  return {
    withHashes,
    known: (id: ApiKeyId) => Effect.map(withId(id), ([row]) => row),
    find: (id: ApiKeyId, of: KeysOf) =>
      Effect.map(
        Effect.flatMap(sql`SELECT ${columns} FROM api_keys WHERE ${sql.and([sql`id = ${id}`, ...bounds(of)])}`, decode),
        ([row]) => row
      ),
    /** Those of an id, or of a prefix that people see. */
    named: (text: string) =>
      Effect.flatMap(sql`SELECT ${columns} FROM api_keys WHERE id = ${text} OR prefix = ${text} LIMIT 2`, decode),
    /** The newest first. */
    page: (of: KeysOf, before: ApiKeyId | undefined, limit: number) => {
      const all = [...bounds(of), ...(before === undefined ? [] : [sql`id < ${before}`])]
      return Effect.flatMap(
        sql`
          SELECT ${columns} FROM api_keys WHERE ${all.length === 0 ? sql`1 = 1` : sql.and(all)}
          ORDER BY id DESC LIMIT ${sql.literal(String(limit))}`,
        decode
      )
    },
    insert: (row: KeyRow) => Effect.flatMap(encode(row), (encoded) => sql`INSERT INTO api_keys ${sql.insert(encoded)}`),
    /** Writes all but when it was used, which is written elsewhere at any time. */
    replace: (row: KeyRow) =>
      Effect.flatMap(
        encode(row),
        (encoded) => sql`UPDATE api_keys SET ${sql.update(encoded, ["id", "last_used_at"])} WHERE id = ${row.id}`
      ),
    /** Notes when keys were used, unless a later time is noted. */
    noteUse: (ids: ReadonlyArray<string>, at: number) => sql`
      UPDATE api_keys SET last_used_at = ${at}
      WHERE ${sql.in("id", ids)} AND (last_used_at IS NULL OR last_used_at < ${at})`
  }
})

import { type Effect, Schema } from "effect"
import { type SqlClient, type SqlError, SqlSchema } from "effect/sql"

/** The public half of a signing key, as others are told it (RFC 8037). */
export const PublicJwk = Schema.Struct({
  kty: Schema.Literal("OKP"),
  crv: Schema.Literal("Ed25519"),
  x: Schema.String.check(Schema.isPattern(/^[\w-]{43}$/))
})
export type PublicJwk = typeof PublicJwk.Type

/** Both halves. */
export const PrivateJwk = Schema.Struct({
  ...PublicJwk.fields,
  d: Schema.String.check(Schema.isPattern(/^[\w-]{43}$/))
})
export type PrivateJwk = typeof PrivateJwk.Type

/** `sig_` and a UUID of version 7. */
export const KeyId = Schema.String.check(Schema.isPattern(/^sig_[0-9a-f-]{36}$/)).pipe(Schema.brand("KeyId"))
export type KeyId = typeof KeyId.Type

/** Times are milliseconds since 1970; from `retired_at` on the key verifies nothing. */
export const SigningKeyRow = Schema.Struct({
  id: KeyId,
  private_key: Schema.String,
  created_at: Schema.Finite,
  retired_at: Schema.NullOr(Schema.Finite)
})
export type SigningKeyRow = typeof SigningKeyRow.Type

/** The keys that are not retired at a time, the newest last. */
export const findKeys = (sql: SqlClient.SqlClient) =>
  SqlSchema.findAll({
    Request: Schema.Finite,
    Result: SigningKeyRow,
    execute: (now) => sql`
      SELECT id, private_key, created_at, retired_at FROM signing_keys
      WHERE retired_at IS NULL OR retired_at > ${now} ORDER BY created_at, id`
  })

/** What is stored of a new key, with the private half sealed. */
export interface NewKeyRow {
  readonly id: KeyId
  readonly publicKey: string
  readonly privateKey: string
  readonly createdAt: number
}

/** Stores a key unless there are others in use than those in `seen`: of two processes that make one at once, one wins. */
export const insertKey = (
  sql: SqlClient.SqlClient,
  row: NewKeyRow,
  seen: ReadonlyArray<KeyId>
): Effect.Effect<unknown, SqlError.SqlError> => {
  const bigint = sql.literal(sql.onDialectOrElse({ mysql: () => "SIGNED", orElse: () => "BIGINT" }))
  const nothing = sql.literal(sql.onDialectOrElse({ mysql: () => "FROM DUAL", orElse: () => "" }))
  return sql`
    INSERT INTO signing_keys (id, algorithm, public_key, private_key, created_at, retired_at)
    SELECT ${row.id}, 'EdDSA', ${row.publicKey}, ${row.privateKey}, CAST(${row.createdAt} AS ${bigint}), NULL ${nothing}
    WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE retired_at IS NULL AND NOT (${sql.in("id", seen)}))`
}

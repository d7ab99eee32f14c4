/**
 * Whether an encryption key is the one that a database goes with. A key that was lost is not replaced by another in silence: what was stored
 * with it would be void, and nobody would know why.
 */
import { Effect, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"

/** A sealed text and the place it was sealed for. */
export interface Sealed {
  readonly sealed: string
  readonly context: string
}

/** What a database says of the key that it goes with. */
export interface KeyOfDatabase {
  /** Sealed with that key; empty where nothing is. */
  readonly samples: ReadonlyArray<Sealed>
  /** Whether the sample was stored to tell the key by; else the samples are secrets of an older version, some of which may be void already. */
  readonly isCheck: boolean
  /** Whether anything would be void without the key. */
  readonly needsKey: boolean
}

const checkName = "siku/encryption key"

/** What is sealed to tell the key by. */
export const checkContext = "encryption-key-check"

/** Where older versions keep what is sealed. */
const sealedColumns = [
  { query: "SELECT id, secrets AS sealed FROM provider_entries WHERE secrets IS NOT NULL", place: "provider:" },
  { query: "SELECT id, private_key AS sealed FROM signing_keys", place: "signing-key:" }
]

const Value = Schema.Struct({ value: Schema.String })
const Row = Schema.Struct({ id: Schema.String, sealed: Schema.String })

const findCheck = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findAll({
    Request: Schema.String,
    Result: Value,
    execute: (name) => sql`SELECT value FROM bank_meta WHERE name = ${name}`
  })
  return (yield* find(checkName))[0]?.value
})

export const findKeyOfDatabase: Effect.Effect<KeyOfDatabase, never, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const check = yield* findCheck
  if (check !== undefined) {
    return { samples: [{ sealed: check, context: checkContext }], isCheck: true, needsKey: true }
  }
  const samples: Array<Sealed> = []
  for (const { place, query } of sealedColumns) {
    const find = SqlSchema.findAll({ Request: Schema.Void, Result: Row, execute: () => sql.unsafe(query) })
    for (const { id, sealed } of yield* find()) samples.push({ sealed, context: place + id })
  }
  // Keys are hashed under a secret of the key, which cannot be told from the hash.
  const keys = yield* sql`SELECT id FROM api_keys WHERE revoked_at IS NULL LIMIT 1`
  return { samples, isCheck: false, needsKey: samples.length > 0 || keys.length > 0 }
}).pipe(Effect.orDie)

/** Stores what the key is told by from then on, unless there is something already; gives what stands there. */
export const keepCheck = Effect.fnUntraced(function* (sealed: string) {
  const sql = yield* SqlClient.SqlClient
  const row = sql.insert({ name: checkName, value: sealed })
  yield* sql.onDialectOrElse({
    mysql: () => sql`INSERT IGNORE INTO bank_meta ${row}`,
    orElse: () => sql`INSERT INTO bank_meta ${row} ON CONFLICT (name) DO NOTHING`
  })
  return yield* findCheck
}, Effect.orDie)

/** What was given up with a lost key. */
export interface GivenUp {
  readonly providers: number
  readonly signingKeys: number
  readonly keys: number
}

/** Lets a database go with another key: what was stored with the lost one is taken out, for nobody can use it. */
export const giveUpKey = Effect.fnUntraced(function* (now: number) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      const providers = yield* sql`SELECT id FROM provider_entries WHERE secrets IS NOT NULL`
      const signingKeys = yield* sql`SELECT id FROM signing_keys`
      const keys = yield* sql`SELECT id FROM api_keys WHERE revoked_at IS NULL`
      yield* sql`UPDATE provider_entries SET secrets = NULL WHERE secrets IS NOT NULL`
      yield* sql`DELETE FROM signing_keys`
      yield* sql`UPDATE api_keys SET revoked_at = ${now} WHERE revoked_at IS NULL`
      // Nobody has seen it, and nobody will: the next start makes another.
      yield* sql`DELETE FROM admin_keys WHERE sealed IS NOT NULL`
      yield* sql`DELETE FROM bank_meta WHERE name = ${checkName}`
      return { providers: providers.length, signingKeys: signingKeys.length, keys: keys.length } satisfies GivenUp
    })
  )
}, Effect.orDie)

import { hash, timingSafeEqual } from "node:crypto"
import { Clock, Context, Duration, Effect, Layer, Redacted, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { SqlClient, SqlSchema } from "effect/sql"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { Durability } from "../platform/Durability.ts"
import { Vault } from "../platform/Vault.ts"

/** Tells whoever started the process its new admin key: on standard error, past the log, which must hold no secret. */
export const AnnounceKey = Context.Reference<(text: string) => Effect.Effect<void>>("siku/accounts/AnnounceKey", {
  defaultValue: () => (text) => Effect.sync(() => void process.stderr.write(text))
})

/**
 * The key of the management routes: the setting `security.admin_key`, else one made at the first start, of which only the
 * hash is kept once it has been shown. With the setting, a key made before does not count.
 */
export class AdminKey extends Context.Service<
  AdminKey,
  {
    /** Whether this is the admin key; takes as long whichever characters are wrong. */
    readonly isValid: (key: string) => Effect.Effect<boolean>
  }
>()("siku/accounts/AdminKey") {
  static readonly layer: Layer.Layer<AdminKey, never, AppConfig | SqlClient.SqlClient | Durability | Vault> =
    Layer.effect(
      AdminKey,
      Effect.gen(function* () {
        const { adminKey } = (yield* AppConfig).security
        const expected = adminKey === undefined ? yield* storedDigest : fixed(digestOf(Redacted.value(adminKey)))
        return AdminKey.of({
          isValid: (key) => Effect.map(expected, (digest) => timingSafeEqual(digest, hash("sha256", key, "buffer")))
        })
      })
    )
}

/** What is stored of an admin key, and since when (milliseconds since 1970). */
export const StoredKey = Schema.Struct({
  hash: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)),
  /** The key itself, as long as it has not been shown. */
  sealed: Schema.NullOr(Schema.String),
  created_at: Schema.Finite
})

const keyBytes = 32
// The row's name; being fixed, it lets only one of several first starts store a key.
const rowId = "first"
const context = "admin-key"
// For so long a key made by a command may not be seen.
const readEvery = Duration.toMillis("5 seconds")

// A slow hash protects what people think up; 256 random bits cannot be guessed however fast the hash is.
const digestOf = (key: string): string => hash("sha256", key, "hex")
const fixed = (digest: string) => Effect.succeed(Buffer.from(digest, "hex"))

const newKey = (): string => `siku-admin-${Base64Url.encode(SecureRandom.randomBytesUnsafe(keyBytes))}`

/** The admin key in the database, if one was made there. */
export const findAdminKey = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findAll({
    Request: Schema.String,
    Result: StoredKey,
    execute: (id) => sql`SELECT hash, sealed, created_at FROM admin_keys WHERE id = ${id}`
  })
  return (yield* find(rowId))[0]
})

/** Makes another admin key, which alone counts from then on; a running server knows it within five seconds. */
export const renewAdminKey = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const key = newKey()
  const row = { id: rowId, hash: digestOf(key), sealed: null, created_at: yield* Clock.currentTimeMillis }
  yield* sql`DELETE FROM admin_keys WHERE id = ${rowId}`.pipe(
    Effect.andThen(sql`INSERT INTO admin_keys ${sql.insert(row)}`),
    sql.withTransaction,
    Effect.andThen(durability.flush)
  )
  return Redacted.make(key)
}).pipe(Effect.orDie)

/** Makes and stores a key where there is none, announces one that was not shown yet, and reads the digest now and then. */
const storedDigest = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const vault = yield* Vault
  const announce = yield* AnnounceKey

  if ((yield* findAdminKey) === undefined) {
    const key = newKey()
    const sealed = yield* vault.seal(key, context)
    const row = sql.insert({ id: rowId, hash: digestOf(key), sealed, created_at: yield* Clock.currentTimeMillis })
    yield* sql.onDialectOrElse({
      mysql: () => sql`INSERT IGNORE INTO admin_keys ${row}`,
      orElse: () => sql`INSERT INTO admin_keys ${row} ON CONFLICT (id) DO NOTHING`
    })
  }
  const stored = yield* findAdminKey
  if (stored === undefined) return yield* Effect.die(new Error("the admin key was not stored"))
  if (stored.sealed !== null) {
    yield* durability.flush
    // Of two first starts that meet both may say it: it is the same key.
    const key = yield* vault.open(stored.sealed, context)
    yield* announce(announcement(key))
    yield* sql`UPDATE admin_keys SET sealed = NULL WHERE id = ${rowId} AND hash = ${stored.hash}`
  }

  let digest = Buffer.from(stored.hash, "hex")
  let readAt = yield* Clock.currentTimeMillis
  const services = yield* Effect.context<SqlClient.SqlClient>()
  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (now - readAt < readEvery) return digest
    readAt = now
    const found = yield* findAdminKey.pipe(
      Effect.provideContext(services),
      // While the database does not answer, the one that was known counts.
      Effect.orElseSucceed(() => undefined)
    )
    if (found !== undefined) digest = Buffer.from(found.hash, "hex")
    return digest
  })
}).pipe(Effect.orDie)

const announcement = (key: string): string => `
Siku's admin key, for the management routes (Authorization: Bearer <key>). It is shown only this once: keep it.
If it is lost: npm start -- key admin --new makes another. To use a key of your own instead, set SIKU_SECURITY_ADMIN_KEY and start again.
思库的管理密钥，用于管理接口（Authorization: Bearer <密钥>）。仅显示这一次，请妥善保存。
若密钥丢失，运行 npm start -- key admin --new 重新生成；若想使用自己的密钥，请设置 SIKU_SECURITY_ADMIN_KEY 后重新启动。

${key}

`

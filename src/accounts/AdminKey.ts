import { hash, timingSafeEqual } from "node:crypto"
import { Clock, Context, Effect, Layer, Redacted, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { SqlClient, SqlSchema } from "effect/sql"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { Durability } from "../platform/Durability.ts"

/** Tells whoever started the process its new admin key: on standard error, past the log, which must hold no secret. */
export const AnnounceKey = Context.Reference<(text: string) => Effect.Effect<void>>("siku/accounts/AnnounceKey", {
  defaultValue: () => (text) => Effect.sync(() => void process.stderr.write(text))
})

/**
 * The key of the management routes: the setting `security.admin_key`, else one made at the first start, of which only the
 * hash is kept. With the setting, a key made before does not count.
 */
export class AdminKey extends Context.Service<
  AdminKey,
  {
    /** Whether this is the admin key; takes as long whichever characters are wrong. */
    readonly isValid: (key: string) => Effect.Effect<boolean>
  }
>()("siku/accounts/AdminKey") {
  static readonly layer: Layer.Layer<AdminKey, never, AppConfig | SqlClient.SqlClient | Durability> = Layer.effect(
    AdminKey,
    Effect.gen(function* () {
      const { adminKey } = (yield* AppConfig).security
      const digest = adminKey === undefined ? yield* storedDigest : digestOf(Redacted.value(adminKey))
      const expected = Buffer.from(digest, "hex")
      return AdminKey.of({
        isValid: (key) => Effect.sync(() => timingSafeEqual(expected, hash("sha256", key, "buffer")))
      })
    })
  )
}

const keyBytes = 32
// The row's name; being fixed, it lets only one of several first starts store a key.
const rowId = "first"

// A slow hash protects what people think up; 256 random bits cannot be guessed however fast the hash is.
const digestOf = (key: string): string => hash("sha256", key, "hex")

const StoredKey = Schema.Struct({ hash: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)) })

/** The digest of the key in the database; makes, stores and announces one where there is none. */
const storedDigest = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const announce = yield* AnnounceKey
  const find = SqlSchema.findAll({
    Request: Schema.String,
    Result: StoredKey,
    execute: (id) => sql`SELECT hash FROM admin_keys WHERE id = ${id}`
  })

  const [found] = yield* find(rowId)
  if (found !== undefined) return found.hash

  const key = `siku-admin-${Base64Url.encode(SecureRandom.randomBytesUnsafe(keyBytes))}`
  const row = sql.insert({ id: rowId, hash: digestOf(key), created_at: yield* Clock.currentTimeMillis })
  yield* sql.onDialectOrElse({
    mysql: () => sql`INSERT IGNORE INTO admin_keys ${row}`,
    orElse: () => sql`INSERT INTO admin_keys ${row} ON CONFLICT (id) DO NOTHING`
  })
  const [stored] = yield* find(rowId)
  if (stored === undefined) return yield* Effect.die(new Error("the admin key was not stored"))
  // Otherwise another process was first, and has announced its own.
  if (stored.hash === digestOf(key)) {
    yield* durability.flush
    yield* announce(announcement(key))
  }
  return stored.hash
}).pipe(Effect.orDie)

const announcement = (key: string): string => `
Siku's admin key, for the management routes (Authorization: Bearer <key>). It is shown only this once: keep it.
To use a key of your own instead, set SIKU_SECURITY_ADMIN_KEY and start again, also if this one is lost.
思库的管理密钥，用于管理接口（Authorization: Bearer <密钥>）。仅显示这一次，请妥善保存。
若想使用自己的密钥，或此密钥已丢失，请设置 SIKU_SECURITY_ADMIN_KEY 后重新启动。

${key}

`

import { Context, Effect, FileSystem, Layer, type Path, Redacted, Result, Schema } from "effect"
import { Aead, Kdf, SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { AppConfig } from "./config/AppConfig.ts"
import { SqlClient } from "effect/sql"
import { checking, degraded, ok } from "./HealthChecks.ts"
import { keyFileIn, keyRemedy, newKeyText, readKeyFile, VaultUnavailable } from "./KeyFile.ts"
import { checkContext, findKeyOfDatabase, keepCheck, type Sealed } from "./secrets/keyOfDatabase.ts"

/** A sealed text that this key does not open in this place. */
export class CannotOpen extends Schema.TaggedError<CannotOpen>()("CannotOpen", { context: Schema.String }) {
  override get message(): string {
    return `the secret stored for ${this.context} cannot be decrypted: it was encrypted with another key, or changed since. Bring back the key it was stored with (encryption.key in the home folder, or SIKU_SECURITY_ENCRYPTION_KEY), or enter the secret anew`
  }
}

/**
 * Encrypts secrets before they are stored: AES-256-GCM with a key derived from the setting `security.encryption_key`, else
 * from a key file in the home folder. With a database in memory nothing outlives the process, and neither does the key.
 */
export class Vault extends Context.Service<
  Vault,
  {
    /**
     * Encrypts a text for one place, named by `context` (such as `provider:deepseek`): put anywhere else it does not open.
     * The same text comes out different each time. Half surrogate pairs, which UTF-8 has no form for, become U+FFFD.
     */
    readonly seal: (plain: string, context: string) => Effect.Effect<string>
    /** The text that was sealed for this place; `CannotOpen` for anything else. */
    readonly open: (sealed: string, context: string) => Effect.Effect<string, CannotOpen>
    /** 32 secret bytes for one use, named by `context`: the same each time, and telling nothing of those of another use. */
    readonly derive: (context: string) => Effect.Effect<Uint8Array>
  }
>()("siku/platform/Vault") {
  /** With whatever key is there, one made where there is none. */
  static readonly layer: Layer.Layer<Vault, VaultUnavailable, AppConfig | FileSystem.FileSystem | Path.Path> =
    Layer.effect(
      Vault,
      Effect.suspend(() => make(true))
    ).pipe(Layer.provide([Aead.layerWebCrypto, Kdf.layerWebCrypto]), Layer.provide(SecureRandom.layerWebCrypto))

  /** With the key that the database goes with: fails where that is gone or is another one, and makes one for a new database only. */
  static readonly layerOfDatabase: Layer.Layer<
    Vault,
    VaultUnavailable,
    AppConfig | FileSystem.FileSystem | Path.Path | SqlClient.SqlClient
  > = Layer.effect(
    Vault,
    Effect.suspend(() => makeOfDatabase)
  ).pipe(Layer.provide([Aead.layerWebCrypto, Kdf.layerWebCrypto]), Layer.provide(SecureRandom.layerWebCrypto))
}

const version = "v1."
const nonceBytes = 12
const tagBytes = 16

// A file's text and the same text as the setting give the same key, so a key can move from one to the other.
const keyText = Effect.fnUntraced(function* (mayMake: boolean) {
  const { database, home, security } = yield* AppConfig
  if (security.encryptionKey !== undefined) return security.encryptionKey
  return database.filename === ":memory:" ? Redacted.make(newKeyText()) : yield* readKeyFile(home, mayMake)
})

const makeOfDatabase = Effect.gen(function* () {
  const { database, home, security } = yield* AppConfig
  const file = yield* keyFileIn(home)
  const { isCheck, needsKey, samples } = yield* findKeyOfDatabase
  const vault = yield* make(!needsKey)
  const other = new VaultUnavailable({
    file: security.encryptionKey === undefined ? file : "of the setting security.encryption_key",
    why: "other",
    detail: "it is not the one that the database goes with",
    remedy: keyRemedy
  })
  if (!(yield* fits(vault, samples))) return yield* other
  if (security.encryptionKey === undefined && database.filename !== ":memory:") yield* watchFile(file)
  if (isCheck) return vault
  const sealed = yield* vault.seal("siku", checkContext)
  const kept = yield* keepCheck(sealed)
  // Where another process was first, with a key of its own.
  if (kept !== undefined && !(yield* fits(vault, [{ sealed: kept, context: checkContext }]))) return yield* other
  return vault
})

/** The key is in memory; whether the next start will find it is worth knowing before. */
const watchFile = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  yield* checking(
    "encryption_key",
    Effect.map(Effect.isSuccess(files.access(file)), (isThere) =>
      isThere ? ok : degraded(`${file} is gone: put it back, or the next start is refused`)
    )
  )
})

/** Whether any of the samples opens, where there are some: others may have been void for long. */
export const fits = (vault: Vault["Service"], samples: ReadonlyArray<Sealed>): Effect.Effect<boolean> =>
  samples.length === 0
    ? Effect.succeed(true)
    : Effect.map(
        Effect.filter(samples, ({ context, sealed }) => Effect.isSuccess(vault.open(sealed, context))),
        (opened) => opened.length > 0
      )

const make = Effect.fnUntraced(function* (mayMakeKey: boolean) {
  const aead = yield* Aead.Aead
  const kdf = yield* Kdf.Kdf
  const random = yield* SecureRandom.SecureRandom

  const secret = utf8(Redacted.value(yield* keyText(mayMakeKey)))
  const bytesFor = (info: string) =>
    Effect.orDie(kdf.derive(Kdf.hkdfSha256, secret, { salt: new Uint8Array(), info: utf8(info), length: 32 }))
  const key = yield* Effect.orDie(Effect.flatMap(bytesFor("siku vault v1"), (bytes) => Aead.key(Aead.aes256Gcm, bytes)))

  const seal = Effect.fn("Vault.seal")(function* (plain: string, context: string) {
    const nonce = yield* random.randomBytes(nonceBytes)
    const sealed = yield* aead.encrypt(key, utf8(plain), { nonce, aad: utf8(context) }).pipe(Effect.orDie)
    return version + Base64Url.encode(Buffer.concat([nonce, sealed]))
  })

  const open = Effect.fn("Vault.open")(function* (sealed: string, context: string) {
    const bytes = bytesOf(sealed)
    if (bytes === undefined) return yield* new CannotOpen({ context })
    const plain = yield* aead
      .decrypt(key, bytes.subarray(nonceBytes), { nonce: bytes.subarray(0, nonceBytes), aad: utf8(context) })
      .pipe(
        Effect.catchReason("CryptoError", "DecryptionFailed", () => Effect.fail(new CannotOpen({ context }))),
        Effect.catchTag("CryptoError", (error) => Effect.die(error))
      )
    return decoder.decode(plain)
  })

  return Vault.of({ seal, open, derive: (context) => bytesFor(`siku vault v1 derive ${context}`) })
})

const encoder = new TextEncoder()
// A text may well begin with U+FEFF, which is no byte order mark here.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** Nonce, ciphertext and tag; nothing for a text of another form, which includes other spellings of the same bytes. */
const bytesOf = (sealed: string): Uint8Array | undefined => {
  if (!sealed.startsWith(version)) return undefined
  const text = sealed.slice(version.length)
  const bytes = Result.getOrUndefined(Base64Url.decode(text))
  return bytes !== undefined && bytes.length >= nonceBytes + tagBytes && Base64Url.encode(bytes) === text
    ? bytes
    : undefined
}

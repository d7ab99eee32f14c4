import { createHash, type Hash } from "node:crypto"
import { Effect, Layer, Redacted } from "effect"
import { SecureRandom, Signature } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { bytesOf } from "./PackHeader.ts"

// Nothing else that this key may ever sign begins like this.
const context = Buffer.from("siku-pack-v1\n")

/** What a pack's signature is of: the digest of all bytes before its last line. */
export const startDigest = (): Hash => createHash("sha256")

const layer = Signature.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto))

/** The public key of a 32-byte seed, base64url. */
export const publicKeyOf = Effect.fn("packs.publicKeyOf")(
  function* (seed: Redacted.Redacted<Uint8Array>) {
    const signature = yield* Signature.Signature
    const key = yield* Signature.privateKey(Signature.ed25519, Redacted.value(seed))
    return Base64Url.encode(yield* Signature.toBytes(yield* signature.publicKeyOf(key)))
  },
  Effect.orDie,
  Effect.provide(layer)
)

/** The signature of a digest, base64url. */
export const signDigest = Effect.fn("packs.sign")(
  function* (seed: Redacted.Redacted<Uint8Array>, digest: Uint8Array) {
    const signature = yield* Signature.Signature
    const key = yield* Signature.privateKey(Signature.ed25519, Redacted.value(seed))
    return Base64Url.encode(yield* signature.sign(key, Buffer.concat([context, digest])))
  },
  Effect.orDie,
  Effect.provide(layer)
)

/** Whether the publisher signed this digest; false for keys and signatures that are none. */
export const isSigned = Effect.fn("packs.isSigned")(
  function* (publisher: string, given: string, digest: Uint8Array) {
    const signature = yield* Signature.Signature
    const [keyBytes, signed] = [bytesOf(publisher), bytesOf(given)]
    if (keyBytes === undefined || signed === undefined) return false
    const key = yield* Signature.publicKey(Signature.ed25519, keyBytes)
    return yield* signature.verify(key, signed, Buffer.concat([context, digest]))
  },
  Effect.catchTag("CryptoError", () => Effect.succeed(false)),
  Effect.provide(layer)
)

/** What people compare to know a publisher: 96 bits of the digest of the public key. */
export const fingerprintOf = (publisher: string): string => {
  const digest = createHash("sha256").update(Buffer.from(publisher, "base64url")).digest("base64url").slice(0, 16)
  return `SHA256:${digest.replace(/.{4}(?=.)/g, "$&:")}`
}

/** Whether a person meant this publisher; groups and the prefix may be left out. */
export const isFingerprintOf = (text: string, publisher: string): boolean =>
  bare(text) === bare(fingerprintOf(publisher))

const bare = (fingerprint: string): string =>
  fingerprint
    .trim()
    .replace(/^SHA256:/, "")
    .replaceAll(":", "")

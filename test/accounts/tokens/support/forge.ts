import { createHmac } from "node:crypto"
import { Clock, Effect } from "effect"
import { generateKeyPair } from "jose"
import type { SigningKey } from "../../../../src/accounts/tokens/SigningKeys.ts"

export const encode = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url")
export const decode = (segment: string): string => Buffer.from(segment, "base64url").toString()

type Fields = Readonly<Record<string, unknown>>

type Sign = typeof crypto.subtle.sign
const signed = (algorithm: Parameters<Sign>[0], key: Parameters<Sign>[1]) => (input: string) =>
  Effect.promise(async () =>
    encode(new Uint8Array(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(input))))
  )

/** Everything that an attacker could make of a token that was seen, and what only the holder of the key can. */
export const makeForge = Effect.fnUntraced(function* (token: string, key: SigningKey) {
  const [header = "", payload = "", signature = ""] = token.split(".")
  const claims: Record<string, unknown> = JSON.parse(decode(payload))
  const fields: Record<string, unknown> = JSON.parse(decode(header))
  const ours = signed("Ed25519", key.sign)
  const theirs = yield* Effect.promise(() => generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true }))
  const rsa = yield* Effect.promise(() => generateKeyPair("RS256"))
  const ec = yield* Effect.promise(() => generateKeyPair("ES256"))
  const jwkOfTheirs = yield* Effect.promise(() => crypto.subtle.exportKey("jwk", theirs.publicKey))
  const spki = yield* Effect.promise(() => crypto.subtle.exportKey("spki", key.verify))

  const join = Effect.fnUntraced(function* (
    head: string,
    body: string,
    sign: (input: string) => Effect.Effect<string> = ours
  ) {
    const input = `${encode(head)}.${encode(body)}`
    return `${input}.${yield* sign(input)}`
  })
  const text = (value: unknown): string => JSON.stringify(value)

  return {
    header,
    payload,
    signature,
    claims,
    fields,
    jwkOfTheirs,
    now: (yield* Clock.currentTimeMillis) / 1000,
    /** With other claims, signed with the right key; `undefined` leaves one out. */
    withClaims: (changed: Fields) => join(text(fields), text({ ...claims, ...changed })),
    /** With another header, signed with the right key. */
    withHeader: (changed: Fields) => join(text({ ...fields, ...changed }), text(claims)),
    /** Texts that are no JSON of ours, signed with the right key. */
    raw: (head: string, body: string) => join(head, body),
    text,
    /** Signed by somebody else. */
    byTheirs: (changed: Fields) =>
      join(text({ ...fields, ...changed }), text(claims), signed("Ed25519", theirs.privateKey)),
    byRsa: (changed: Fields) =>
      join(text({ ...fields, ...changed }), text(claims), signed("RSASSA-PKCS1-v1_5", rsa.privateKey)),
    byEc: (changed: Fields) =>
      join(text({ ...fields, ...changed }), text(claims), signed({ name: "ECDSA", hash: "SHA-256" }, ec.privateKey)),
    /** Signed by HMAC with what everybody knows of the key. */
    byHmac: (changed: Fields, secret: "x" | "spki" | "pem" | "jwk" | "empty") => {
      const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(spki).toString("base64")}\n-----END PUBLIC KEY-----\n`
      const secrets = {
        x: Buffer.from(key.publicJwk.x, "base64url"),
        spki: Buffer.from(spki),
        pem: Buffer.from(pem),
        jwk: Buffer.from(text(key.publicJwk)),
        empty: Buffer.alloc(0)
      }
      return join(text({ ...fields, ...changed }), text(claims), (input) =>
        Effect.succeed(createHmac("sha256", secrets[secret]).update(input).digest("base64url"))
      )
    }
  }
})
export type Forge = Effect.Success<ReturnType<typeof makeForge>>

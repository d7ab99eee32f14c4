// What is no token of ours, or none that counts: each by itself, beside a token that is good in everything else.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { CompactEncrypt } from "jose"
import { AccessTokens } from "../../../src/accounts/AccessTokens.ts"
import { headerOf } from "../../../src/accounts/tokens/compactForm.ts"
import { SigningKeys } from "../../../src/accounts/tokens/SigningKeys.ts"
import { keyId, makePeople } from "./support/people.ts"
import { encode, type Forge, makeForge } from "./support/forge.ts"
import { logIn, start, storeKey, tokensOf, whyNot, withTokens } from "./support/tokens.ts"

type Made = string | Effect.Effect<string>

const flipped = (text: string, at: number): string => {
  const bytes = Buffer.from(text, "base64url")
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes.toString("base64url")
}
/** The same bytes in base64url with other bits where there is no byte any more. */
const strayBits = (text: string): string => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  return text.slice(0, -1) + (alphabet[alphabet.indexOf(text.at(-1) ?? "") + 1] ?? "B")
}
const huge = "x".repeat(5000)
const nestedIn = ({ fields, header, payload, raw, signature, text }: Forge) =>
  raw(text({ ...fields, cty: "JWT" }), text(`${header}.${payload}.${signature}`))

const algorithms: Readonly<Record<string, (forge: Forge) => Made>> = {
  "none without a signature": ({ fields, payload, text }) => `${encode(text({ ...fields, alg: "none" }))}.${payload}.`,
  "None in other letters": ({ fields, payload, text }) => `${encode(text({ ...fields, alg: "None" }))}.${payload}.`,
  "nOnE with the signature left in place": ({ fields, payload, signature, text }) =>
    `${encode(text({ ...fields, alg: "nOnE" }))}.${payload}.${signature}`,
  "none, signed with the right key": ({ withHeader }) => withHeader({ alg: "none" }),
  "HS256 with the public key as the secret": ({ byHmac }) => byHmac({ alg: "HS256" }, "x"),
  "HS256 with the public key in DER": ({ byHmac }) => byHmac({ alg: "HS256" }, "spki"),
  "HS256 with the public key in PEM": ({ byHmac }) => byHmac({ alg: "HS256" }, "pem"),
  "HS256 with the public JWK": ({ byHmac }) => byHmac({ alg: "HS256" }, "jwk"),
  "HS256 with an empty secret": ({ byHmac }) => byHmac({ alg: "HS256" }, "empty"),
  "EdDSA said, but an HMAC made": ({ byHmac }) => byHmac({}, "x"),
  "RS256 of somebody else": ({ byRsa }) => byRsa({ alg: "RS256" }),
  "ES256 of somebody else": ({ byEc }) => byEc({ alg: "ES256" }),
  "EdDSA said, but ES256 made": ({ byEc }) => byEc({}),
  "Ed25519, the other name, signed with the right key": ({ withHeader }) => withHeader({ alg: "Ed25519" }),
  "EdDSA in small letters": ({ withHeader }) => withHeader({ alg: "eddsa" }),
  "a list of algorithms": ({ withHeader }) => withHeader({ alg: ["EdDSA"] }),
  "no algorithm": ({ withHeader }) => withHeader({ alg: undefined })
}

const headers: Readonly<Record<string, (forge: Forge) => Made>> = {
  "another's key under our key's id": ({ byTheirs }) => byTheirs({}),
  "a key id that leads out of a folder": ({ withHeader }) => withHeader({ kid: "../../../../dev/null" }),
  "a key id with SQL in it": ({ withHeader }) => withHeader({ kid: "' OR 1=1 --" }),
  "a key id with SQL behind ours": ({ fields, withHeader }) =>
    withHeader({ kid: `${String(fields["kid"])}' OR '1'='1` }),
  "a key id that nobody has": ({ withHeader }) => withHeader({ kid: "sig_00000000-0000-7000-8000-000000000000" }),
  "no key id": ({ withHeader }) => withHeader({ kid: undefined }),
  "an empty key id": ({ withHeader }) => withHeader({ kid: "" }),
  "a list as the key id": ({ fields, withHeader }) => withHeader({ kid: [fields["kid"]] }),
  "null as the key id": ({ withHeader }) => withHeader({ kid: null }),
  "a key id in capitals": ({ fields, withHeader }) => withHeader({ kid: String(fields["kid"]).toUpperCase() }),
  "its own key in the header": ({ byTheirs, jwkOfTheirs }) => byTheirs({ jwk: jwkOfTheirs }),
  "its own key in the header, and no key id": ({ byTheirs, jwkOfTheirs }) =>
    byTheirs({ jwk: jwkOfTheirs, kid: undefined }),
  "an address of keys": ({ byTheirs }) => byTheirs({ jku: "https://evil.example/jwks" }),
  "an address of keys, signed with the right key": ({ withHeader }) => withHeader({ jku: "https://evil.example/jwks" }),
  "an address of certificates": ({ withHeader }) => withHeader({ x5u: "https://evil.example/cert" }),
  certificates: ({ withHeader }) => withHeader({ x5c: ["MIIB"] }),
  "extensions that must be understood": ({ withHeader }) => withHeader({ crit: ["exp"] }),
  "b64 off": ({ withHeader }) => withHeader({ b64: false, crit: ["b64"] }),
  "a compressed payload": ({ withHeader }) => withHeader({ zip: "DEF" }),
  "the type JWT": ({ withHeader }) => withHeader({ typ: "JWT" }),
  "the type of another token": ({ withHeader }) => withHeader({ typ: "refresh+jwt" }),
  "the type with its media type's prefix": ({ withHeader }) => withHeader({ typ: "application/at+jwt" }),
  "no type": ({ withHeader }) => withHeader({ typ: undefined }),
  "a member twice in the header": ({ claims, fields, raw, text }) =>
    raw(text(fields).replace('{"alg"', '{"alg":"none","alg"'), text(claims)),
  "blanks in the header": ({ claims, fields, raw, text }) => raw(text(fields).replace(",", ", "), text(claims)),
  "an escaped letter in the header": ({ claims, fields, raw, text }) =>
    raw(text(fields).replace("EdDSA", "\\u0045dDSA"), text(claims)),
  "a byte order mark before the header": ({ claims, fields, raw, text }) => raw(`\ufeff${text(fields)}`, text(claims)),
  "a header that is a list": ({ claims, fields, raw, text }) => raw(text([fields]), text(claims)),
  "a header that is null": ({ claims, raw, text }) => raw("null", text(claims)),
  "a header that is no JSON": ({ claims, raw, text }) => raw("{alg:EdDSA}", text(claims))
}

const claims: Readonly<Record<string, (forge: Forge) => Made>> = {
  "another issuer": ({ withClaims }) => withClaims({ iss: "https://siku.example" }),
  "an issuer with a slash behind": ({ withClaims }) => withClaims({ iss: "siku/" }),
  "a list of issuers": ({ withClaims }) => withClaims({ iss: ["siku"] }),
  "no issuer": ({ withClaims }) => withClaims({ iss: undefined }),
  "another audience": ({ withClaims }) => withClaims({ aud: "another" }),
  "a list of audiences without ours": ({ withClaims }) => withClaims({ aud: ["another"] }),
  "a list of audiences with ours, which we never write": ({ withClaims }) => withClaims({ aud: ["siku", "another"] }),
  "no audience": ({ withClaims }) => withClaims({ aud: undefined }),
  "no end": ({ withClaims }) => withClaims({ exp: undefined }),
  "null as the end": ({ withClaims }) => withClaims({ exp: null }),
  "a text as the end": ({ now, withClaims }) => withClaims({ exp: String(now + 900) }),
  "an end between two seconds": ({ now, withClaims }) => withClaims({ exp: now + 900.5 }),
  "NaN as the end": ({ claims, fields, raw, text }) =>
    raw(text(fields), text(claims).replace(/"exp":\d+/, '"exp":NaN')),
  "an endless end": ({ claims, fields, raw, text }) =>
    raw(text(fields), text(claims).replace(/"exp":\d+/, '"exp":1e400')),
  "an end in a thousand years": ({ now, withClaims }) => withClaims({ exp: now + 31_536_000_000 }),
  "an end beyond every whole number": ({ withClaims }) => withClaims({ exp: 1e300 }),
  "an end in exponents": ({ claims, fields, raw, text }) =>
    raw(text(fields), text(claims).replace(/"exp":\d+/, '"exp":18.000009e8')),
  "an end before its beginning": ({ now, withClaims }) => withClaims({ exp: now }),
  "no beginning": ({ withClaims }) => withClaims({ nbf: undefined }),
  "a beginning that is yet to come": ({ now, withClaims }) =>
    withClaims({ iat: now + 31, nbf: now + 31, iat_ms: (now + 31) * 1000 }),
  "a time of issue that is yet to come": ({ now, withClaims }) =>
    withClaims({ iat: now + 60, iat_ms: (now + 60) * 1000 }),
  "no time of issue": ({ withClaims }) => withClaims({ iat: undefined }),
  "a text as the time of issue": ({ now, withClaims }) => withClaims({ iat: String(now) }),
  "two times of issue": ({ now, withClaims }) => withClaims({ iat_ms: (now + 5) * 1000 }),
  "no id": ({ withClaims }) => withClaims({ jti: undefined }),
  "an id of another kind": ({ withClaims }) => withClaims({ jti: "ses_00000000-0000-7000-8000-000000000000" }),
  "nobody as its user": ({ withClaims }) => withClaims({ sub: undefined }),
  "a user that nobody is": ({ withClaims }) => withClaims({ sub: "usr_00000000-0000-7000-8000-0000000000ff" }),
  "a number as its user": ({ withClaims }) => withClaims({ sub: 1 }),
  "a list as its user": ({ claims, withClaims }) => withClaims({ sub: [claims["sub"]] }),
  "an e-mail address as its user": ({ withClaims }) => withClaims({ sub: "ann@example.com" }),
  "a key in the place of its user": ({ withClaims }) => withClaims({ sub: keyId(1) }),
  "a key that is another client's": ({ withClaims }) =>
    withClaims({ sub: keyId(1), client_id: keyId(2), sid: undefined, account: undefined }),
  "an account of another kind": ({ withClaims }) => withClaims({ account: "usr_1" }),
  "a scope that there is not": ({ withClaims }) => withClaims({ scope: "ask root" }),
  "a scope after a line break": ({ withClaims }) => withClaims({ scope: "ask\nadmin" }),
  "scopes in a list": ({ withClaims }) => withClaims({ scope: ["ask", "admin"] }),
  "the same scope twice": ({ withClaims }) => withClaims({ scope: "ask ask" }),
  "two blanks between scopes": ({ withClaims }) => withClaims({ scope: "ask  chat" }),
  "no scope": ({ withClaims }) => withClaims({ scope: undefined }),
  "a claim twice": ({ claims, fields, raw, text }) =>
    raw(text(fields), text(claims).replace('{"iss"', '{"sub":"usr_00000000-0000-7000-8000-000000000002","iss"')),
  "a payload that is a list": ({ claims, fields, raw, text }) => raw(text(fields), text([claims])),
  "a payload that is no JSON": ({ fields, raw, text }) => raw(text(fields), "ann"),
  "a payload that is not UTF-8": ({ fields, header, text }) =>
    `${header}.${encode(Buffer.from([0xff, 0xfe]))}.${encode(text(fields))}`,
  "a token in the token": nestedIn
}

const forms: Readonly<Record<string, (forge: Forge) => Made>> = {
  nothing: () => "",
  "two dots": () => "..",
  "no signature": ({ header, payload }) => `${header}.${payload}.`,
  "no third part": ({ header, payload }) => `${header}.${payload}`,
  "half of a signature": ({ header, payload, signature }) => `${header}.${payload}.${signature.slice(0, 43)}`,
  "a signature without its last letter": ({ header, payload, signature }) =>
    `${header}.${payload}.${signature.slice(0, -1)}`,
  "a bit of the signature turned over": ({ header, payload, signature }) =>
    `${header}.${payload}.${flipped(signature, 20)}`,
  "a bit of the payload turned over": ({ header, payload, signature }) =>
    `${header}.${flipped(payload, 9)}.${signature}`,
  "a signature of zeros": ({ header, payload }) => `${header}.${payload}.${encode(new Uint8Array(64))}`,
  "the signature of another token": ({ header, payload, withClaims }) =>
    Effect.map(withClaims({ scope: "ask" }), (other) => `${header}.${payload}.${other.split(".")[2] ?? ""}`),
  "a fourth part": ({ header, payload, signature }) => `${header}.${payload}.${signature}.`,
  "five parts that say what the three do": ({ header, payload, signature }) =>
    `${header}.${payload}.${signature}.${payload}.${signature}`,
  "a blank before": ({ header, payload, signature }) => ` ${header}.${payload}.${signature}`,
  "a line break behind": ({ header, payload, signature }) => `${header}.${payload}.${signature}\n`,
  "a blank within": ({ header, payload, signature }) => `${header}. ${payload}.${signature}`,
  "padding behind the signature": ({ header, payload, signature }) => `${header}.${payload}.${signature}==`,
  "padding behind the payload": ({ header, payload, signature }) => `${header}.${payload}=.${signature}`,
  "stray bits at the end of the signature": ({ header, payload, signature }) =>
    `${header}.${payload}.${strayBits(signature)}`,
  "the other alphabet of base64": ({ header, payload, signature }) =>
    `${header}.${payload}.${`${signature.slice(0, 84)}-_`.replaceAll("-", "+").replaceAll("_", "/")}`,
  "a letter that only looks like one of ours": ({ header, payload, signature }) =>
    `${header.replace("e", "\u0435")}.${payload}.${signature}`,
  "a dot of another script": ({ header, payload, signature }) => `${header}\u3002${payload}\u3002${signature}`,
  "a zero byte behind": ({ header, payload, signature }) => `${header}.${payload}.${signature}\0`,
  "the word Bearer before it": ({ header, payload, signature }) => `Bearer ${header}.${payload}.${signature}`,
  "JSON in the place of the compact form": ({ header, payload, signature, text }) =>
    text({ payload, signatures: [{ protected: header, signature }] }),
  "more than 4096 characters, though well signed": ({ withClaims }) => withClaims({ more: huge }),
  "a refresh token": () => `rt-siku-${"A".repeat(43)}`,
  "an API key": () => `sk-siku-${"A".repeat(43)}`,
  "an encrypted token": ({ claims, fields, text }) =>
    Effect.promise(() =>
      new CompactEncrypt(new TextEncoder().encode(text(claims)))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: String(fields["kid"]) })
        .encrypt(new Uint8Array(32))
    )
}

const good: Readonly<Record<string, (forge: Forge) => Made>> = {
  itself: ({ header, payload, signature }) => `${header}.${payload}.${signature}`,
  "claims that a later version adds": ({ withClaims }) => withClaims({ more: "词" }),
  "half a minute before its beginning": ({ now, withClaims }) =>
    withClaims({ iat: now + 30, nbf: now + 30, iat_ms: (now + 30) * 1000 }),
  "29 seconds after its end": ({ now, withClaims }) =>
    withClaims({ iat: now - 600, nbf: now - 600, iat_ms: (now - 600) * 1000, exp: now - 29 }),
  "a whole day": ({ now, withClaims }) => withClaims({ exp: now + 86_400 }),
  "a token of a key": ({ withClaims }) =>
    withClaims({ sub: keyId(1), client_id: keyId(1), sid: undefined, account: undefined })
}

const expired: Readonly<Record<string, (forge: Forge) => Made>> = {
  "half a minute after its end": ({ now, withClaims }) =>
    withClaims({ iat: now - 600, nbf: now - 600, iat_ms: (now - 600) * 1000, exp: now - 30 }),
  "a year after its end": ({ now, withClaims }) =>
    withClaims({
      iat: now - 31_536_600,
      nbf: now - 31_536_600,
      iat_ms: (now - 31_536_600) * 1000,
      exp: now - 31_536_000
    })
}

const setUp = Effect.fnUntraced(function* (person: Parameters<typeof logIn>[0]) {
  yield* TestClock.setTime(start)
  yield* storeKey
  const { token } = yield* logIn(person)
  const tokens = yield* AccessTokens
  const forge = yield* makeForge(token, yield* (yield* SigningKeys).current)
  const outcome = (made: Made) =>
    Effect.flatMap(Effect.isEffect(made) ? made : Effect.succeed(made), (text) => whyNot(tokens.identify(text)))
  return { forge, outcome }
})

type Vectors = Readonly<Record<string, (forge: Forge) => Made>>

/** What becomes of each, by its name. */
const outcomes = Effect.fnUntraced(function* (person: Parameters<typeof logIn>[0], vectors: Vectors) {
  const { forge, outcome } = yield* setUp(person)
  const found: Record<string, string> = {}
  for (const [name, make] of Object.entries(vectors)) found[name] = yield* outcome(make(forge))
  return found
})

const all = (vectors: Vectors, outcome: string) =>
  Object.fromEntries(Object.keys(vectors).map((name) => [name, outcome]))

describe("a text that is no access token of ours", () => {
  for (const [table, vectors] of Object.entries({ algorithms, headers, claims, forms })) {
    it.effect(
      `is refused for any of its ${table}`,
      withTokens(({ ann }) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* outcomes(ann, vectors), all(vectors, "unknown"))
        })
      )
    )
  }

  it.prop("has no header that is looked at, whatever it is", [Schema.String, Schema.String, Schema.String], (parts) => {
    for (const text of [parts[0], parts.join("."), parts.map(encode).join(".")]) assert.isUndefined(headerOf(text))
  })

  it.effect(
    "is not even taken apart when it is too long",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        const { forge } = yield* setUp(ann)
        assert.isDefined(headerOf(yield* forge.withClaims({ more: "x" })))
        assert.isUndefined(headerOf(yield* forge.withClaims({ more: huge })))
      })
    )
  )

  it.effect(
    "is refused when one letter of it is another",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        const { forge, outcome } = yield* setUp(ann)
        const token = `${forge.header}.${forge.payload}.${forge.signature}`
        for (let at = 0; at < token.length; at++) {
          const other = token[at] === "A" ? "B" : "A"
          assert.strictEqual(yield* outcome(token.slice(0, at) + other + token.slice(at + 1)), "unknown", String(at))
        }
      })
    )
  )

  it.effect(
    "is refused when it is of another service of the same name",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        const { outcome } = yield* setUp(ann)
        const elsewhere = yield* logIn(ann).pipe(Effect.provide(Layer.fresh(tokensOf(makePeople()))))
        assert.strictEqual(yield* outcome(elsewhere.token), "unknown")
      })
    )
  )
})

describe("an access token", () => {
  for (const [expected, vectors] of Object.entries({ accepted: good, expired })) {
    it.effect(
      `is ${expected} where it ought to be`,
      withTokens(({ ann }) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* outcomes(ann, vectors), all(vectors, expected))
        })
      )
    )
  }

  it.effect(
    "is of this service under its public address, and not under another",
    withTokens(
      ({ ann }) =>
        Effect.gen(function* () {
          const { forge, outcome } = yield* setUp(ann)
          assert.strictEqual(forge.claims["iss"], "https://siku.example/at")
          assert.strictEqual(yield* outcome(forge.withClaims({})), "accepted")
          assert.strictEqual(yield* outcome(forge.withClaims({ iss: "siku" })), "unknown")
        }),
      { set: ["server.public_url=https://siku.example/at/"] }
    )
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Context, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { createLocalJWKSet, jwtVerify } from "jose"
import { AccessTokens } from "../../../src/accounts/AccessTokens.ts"
import type { Jwks } from "../../../src/accounts/tokens/Api.ts"
import type { Seen } from "../../support/siku.ts"
import { send } from "../../support/siku.ts"
import { keyId } from "./support/people.ts"
import { serveAuth } from "./support/serve.ts"
import { storeKey, whyNot } from "./support/tokens.ts"

const login = { grant_type: "password", username: "ann@example.com", password: "correct horse" }

const text = (seen: Seen, name: string): string => String(seen.json[name])
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`
})
const isRefusal = (seen: Seen, status: number, error: string) => {
  assert.deepStrictEqual([seen.status, seen.json["error"]], [status, error], seen.text)
  assert.isString(seen.json["error_description"])
  assert.strictEqual(seen.headers.get("cache-control"), "no-store")
  assert.match(seen.headers.get("content-type") ?? "", /^application\/json/)
}

describe("the token endpoint", () => {
  it.live("answers a password by form and by JSON as RFC 6749 wants it", () =>
    Effect.gen(function* () {
      const { context, form, json } = yield* serveAuth()
      for (const seen of [yield* form("token", login), yield* json("token", login)]) {
        assert.strictEqual(seen.status, 200, seen.text)
        assert.deepInclude(seen.json, { token_type: "Bearer", expires_in: 900, scope: "ask chat bank:read" })
        assert.hasAllKeys(seen.json, ["access_token", "token_type", "expires_in", "refresh_token", "scope"])
        assert.strictEqual(seen.headers.get("cache-control"), "no-store")
        assert.strictEqual(seen.headers.get("pragma"), "no-cache")
        const caller = yield* Context.get(context, AccessTokens).identify(text(seen, "access_token"))
        assert.strictEqual(caller.kind, "user")
      }
    })
  )

  it.live("gives one of several who refresh at the same time the next token, and then nobody", () =>
    Effect.gen(function* () {
      const { form } = yield* serveAuth()
      const refresh_token = text(yield* form("token", login), "refresh_token")
      const refresh = (token: string) => form("token", { grant_type: "refresh_token", refresh_token: token })
      const next = yield* refresh(refresh_token)
      assert.strictEqual(next.status, 200, next.text)
      const seen = yield* Effect.replicateEffect(refresh(text(next, "refresh_token")), 8, { concurrency: "unbounded" })
      const [won, lost] = [seen.filter(({ status }) => status === 200), seen.filter(({ status }) => status !== 200)]
      assert.strictEqual(won.length, 1)
      for (const one of lost) isRefusal(one, 400, "invalid_grant")
      isRefusal(yield* refresh(text(won[0] ?? next, "refresh_token")), 400, "invalid_grant")
    })
  )

  it.live("gives a client a token for its API key, by HTTP Basic or in the body, and not by both", () =>
    Effect.gen(function* () {
      const { context, form, people } = yield* serveAuth()
      yield* storeKey.pipe(Effect.provide(context))
      const grant = { grant_type: "client_credentials", scope: "chat" }
      const inBody = { ...grant, client_id: keyId(1), client_secret: people.apiKey }
      const header = basic(keyId(1), people.apiKey)
      for (const seen of [yield* form("token", inBody), yield* form("token", grant, header)]) {
        assert.strictEqual(seen.status, 200, seen.text)
        assert.hasAllKeys(seen.json, ["access_token", "token_type", "expires_in", "scope"])
        const caller = yield* Context.get(context, AccessTokens).identify(text(seen, "access_token"))
        assert.deepInclude(caller, { kind: "key", keyId: keyId(1) })
      }
      isRefusal(yield* form("token", inBody, header), 400, "invalid_request")
      for (const wrong of [basic(keyId(1), "wrong"), basic(keyId(2), people.apiKey), basic("", "")]) {
        const seen = yield* form("token", grant, wrong)
        isRefusal(seen, 401, "invalid_client")
        assert.strictEqual(seen.headers.get("www-authenticate"), 'Basic realm="siku"')
      }
      isRefusal(yield* form("token", grant), 400, "invalid_request")
    })
  )

  it.live("says in OAuth's words what is wrong, and never repeats what was sent", () =>
    Effect.gen(function* () {
      const { form, json, post } = yield* serveAuth()
      const canary = "canary-7f3a"
      const wrong: ReadonlyArray<readonly [Effect.Effect<Seen>, string]> = [
        [form("token", {}), "invalid_request"],
        [form("token", { grant_type: "" }), "invalid_request"],
        [form("token", { grant_type: canary }), "unsupported_grant_type"],
        [form("token", { ...login, grant_type: "implicit" }), "unsupported_grant_type"],
        [form("token", { grant_type: "password", username: canary }), "invalid_request"],
        [form("token", { ...login, password: "" }), "invalid_request"],
        [form("token", { ...login, password: canary }), "invalid_grant"],
        [form("token", { ...login, username: canary }), "invalid_grant"],
        [form("token", { ...login, scope: canary }), "invalid_scope"],
        [form("token", { ...login, scope: "admin" }), "invalid_scope"],
        [form("token", { ...login, account: canary }), "invalid_request"],
        [form("token", { grant_type: "refresh_token" }), "invalid_request"],
        [form("token", { grant_type: "refresh_token", refresh_token: canary }), "invalid_grant"],
        [post("token", `${new URLSearchParams(login)}&grant_type=password`), "invalid_request"],
        [post("token", ""), "invalid_request"],
        [post("token", "\u0000%zz=&&=%"), "invalid_request"],
        [json("token", [login]), "invalid_request"],
        [json("token", { ...login, password: 1 }), "invalid_request"],
        [json("token", null), "invalid_request"],
        [post("token", "{", { "content-type": "application/json" }), "invalid_request"],
        [post("token", JSON.stringify(login), { "content-type": "text/plain" }), "invalid_request"],
        [form("revoke", {}), "invalid_request"]
      ]
      for (const [sent, error] of wrong) {
        const seen = yield* sent
        isRefusal(seen, 400, error)
        assert.notInclude(seen.text, canary)
      }
    })
  )

  it.live("takes no long body, and nothing but POST", () =>
    Effect.gen(function* () {
      const { base, form, json } = yield* serveAuth()
      assert.strictEqual((yield* form("token", { ...login, scope: "x".repeat(20_000) })).status, 413)
      assert.strictEqual((yield* json("revoke", { token: "x".repeat(20_000) })).status, 413)
      const seen = yield* send(`${base}/api/v1/auth/token?${new URLSearchParams(login)}`)
      assert.deepStrictEqual([seen.status, seen.headers.get("allow")], [405, "POST"])
    })
  )

  it.live("has whoever tries too many passwords wait, and counts what is wrong by address", () =>
    Effect.gen(function* () {
      const { form, state } = yield* serveAuth()
      for (let n = 0; n < 10; n++)
        isRefusal(yield* form("token", { ...login, password: "wrong" }), 400, "invalid_grant")
      assert.strictEqual(state.wrong, 10)
      const locked = yield* form("token", login)
      isRefusal(locked, 429, "slow_down")
      assert.isAtLeast(Number(locked.headers.get("retry-after")), 890)
      assert.strictEqual(state.wrong, 10)
      state.mayIdentify = false
      const refused = yield* form("token", { grant_type: "refresh_token", refresh_token: "rt-siku-wrong" })
      isRefusal(refused, 429, "slow_down")
      assert.strictEqual(refused.headers.get("retry-after"), "42")
      // What is right goes on.
      const right = yield* form("token", { ...login, username: "root@example.com", password: "root password" })
      assert.strictEqual(right.status, 200)
    })
  )

  it.live("says to come back when the database does not answer", () =>
    Effect.gen(function* () {
      const { form, people } = yield* serveAuth()
      const { json } = yield* form("token", login)
      people.state.isDown = true
      for (const body of [login, { grant_type: "refresh_token", refresh_token: String(json["refresh_token"]) }]) {
        const seen = yield* form("token", body)
        isRefusal(seen, 503, "temporarily_unavailable")
        assert.strictEqual(seen.headers.get("retry-after"), "5")
      }
    })
  )
})

describe("the revocation endpoint", () => {
  it.live("ends a token or a login, and answers 200 whatever it was given", () =>
    Effect.gen(function* () {
      const { context, form, json } = yield* serveAuth()
      const { identify } = Context.get(context, AccessTokens)
      const [one, two] = [(yield* form("token", login)).json, (yield* form("token", login)).json]
      const revoke = (token: unknown, hint: string) => form("revoke", { token: String(token), token_type_hint: hint })
      assert.strictEqual((yield* revoke(one["access_token"], "refresh_token")).status, 200)
      assert.strictEqual(yield* whyNot(identify(String(one["access_token"]))), "revoked")
      assert.strictEqual((yield* json("revoke", { token: two["refresh_token"] })).status, 200)
      assert.strictEqual(yield* whyNot(identify(String(two["access_token"]))), "revoked")
      for (const token of ["nonsense", one["access_token"], `${String(one["access_token"])}x`]) {
        const seen = yield* revoke(token, "access_token")
        assert.deepStrictEqual([seen.status, seen.text, seen.headers.get("cache-control")], [200, "{}", "no-store"])
      }
      const sql = Context.get(context, SqlClient.SqlClient)
      yield* sql`DROP TABLE refresh_tokens`
      isRefusal(yield* revoke(one["refresh_token"], ""), 503, "temporarily_unavailable")
    })
  )
})

describe("the public keys", () => {
  it.live("verify a token elsewhere, and have nothing secret in them", () =>
    Effect.gen(function* () {
      const { base, form } = yield* serveAuth()
      const token = text(yield* form("token", login), "access_token")
      const seen = yield* send(`${base}/api/v1/auth/jwks`)
      assert.strictEqual(seen.headers.get("cache-control"), "public, max-age=300")
      const jwks: Jwks = JSON.parse(seen.text)
      assert.strictEqual(jwks.keys.length, 1)
      for (const key of jwks.keys) {
        assert.deepInclude(key, { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" })
        assert.hasAllKeys(key, ["kty", "crv", "x", "kid", "alg", "use"])
      }
      const { payload } = yield* Effect.promise(() =>
        jwtVerify(token, createLocalJWKSet({ keys: [...jwks.keys] }), {
          issuer: "siku",
          audience: "siku",
          typ: "at+jwt"
        })
      )
      assert.match(payload.sub ?? "", /^usr_/)
    })
  )

  it.live("and the other routes of tokens are described", () =>
    Effect.gen(function* () {
      const { base } = yield* serveAuth()
      const { text } = yield* send(`${base}/openapi.json`)
      const { paths } = JSON.parse(text)
      assert.hasAllKeys(paths, ["/api/v1/auth/token", "/api/v1/auth/revoke", "/api/v1/auth/jwks"])
      assert.hasAllKeys(paths["/api/v1/auth/token"].post.responses, ["200", "400", "401", "429", "503"])
      assert.hasAllKeys(paths["/api/v1/auth/token"].post.requestBody.content, [
        "application/json",
        "application/x-www-form-urlencoded"
      ])
    })
  )
})

// What the log says of those who ask, and what it must not say.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { newKeyText } from "../../src/accounts/keys/keyText.ts"
import { send } from "../support/siku.ts"
import { sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

const adminKey = "admin-key-of-the-access-log"
const Line = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))
const decodeLine = Schema.decodeUnknownSync(Line)

describe("the access log", { timeout: 60_000 }, () => {
  it.live("names the client, by what a trusted proxy says, and tells of keys and logins that were refused", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const siku = yield* sikuProcess(["--home", home, "--port", "0", "--set", "server.trusted_proxies=127.0.0.1"], {
        SIKU_SECURITY_ADMIN_KEY: adminKey
      })
      const base = yield* Effect.promise(() => siku.base)
      const from = (address: string, path: string, init: RequestInit = {}) =>
        send(base + path, { ...init, headers: { "x-forwarded-for": address, ...init.headers } })
      yield* from("203.0.113.1", "/health/live")
      yield* from("2001:db8::1", "/nothing")
      yield* from("203.0.113.2", "/v1/models", { headers: { authorization: `Bearer ${newKeyText()}` } })
      yield* from("203.0.113.3", `/api/v1/query?title=x&token=${newKeyText()}`)
      const form = (body: string) => ({
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body
      })
      const password = "the-password-that-was-mistyped"
      const login = yield* from(
        "203.0.113.4",
        "/api/v1/auth/token",
        form(`grant_type=password&username=li@example.org&password=${password}`)
      )
      assert.strictEqual(login.status, 400)
      yield* from(
        "203.0.113.5",
        "/api/v1/auth/token",
        form(`grant_type=client_credentials&client_id=key_x&client_secret=${newKeyText()}`)
      )
      siku.child.kill("SIGTERM")
      yield* Effect.promise(() => siku.ended)
      const lines = siku
        .output()
        .split("\n")
        .flatMap((line) => (line === "" ? [] : [decodeLine(line)]))
      const requests = lines.filter(({ message }) => message === "request")
      assert.deepStrictEqual(
        requests.map(({ client, path }) => [client, path]),
        [
          ["203.0.113.1", "/health/live"],
          ["2001:db8::1", "/nothing"],
          ["203.0.113.2", "/v1/models"],
          ["203.0.113.3", "/api/v1/query"],
          ["203.0.113.4", "/api/v1/auth/token"],
          ["203.0.113.5", "/api/v1/auth/token"]
        ]
      )
      const refused = lines.filter(({ message }) => message === "a login or a key was refused")
      assert.deepStrictEqual(
        refused.map(({ annotations, level, request_id }) => [level, annotations, request_id]),
        [
          ["WARN", { client: "203.0.113.2", why: "unknown" }, requests[2]?.["request_id"]],
          ["WARN", { client: "203.0.113.3", why: "unknown" }, requests[3]?.["request_id"]],
          ["WARN", { client: "203.0.113.4", why: "invalid_grant" }, requests[4]?.["request_id"]],
          ["WARN", { client: "203.0.113.5", why: "invalid_client" }, requests[5]?.["request_id"]]
        ]
      )
      assert.notInclude(siku.output(), password)
    })
  )

  it.live("shows no key that somebody put into an address, and of a path what can be none", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const siku = yield* sikuProcess(["--home", home, "--port", "0"], { SIKU_SECURITY_ADMIN_KEY: adminKey })
      const base = yield* Effect.promise(() => siku.base)
      const key = newKeyText()
      const jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLW9mLWEtY2FuYXJ5"
      const secrets = [key, adminKey, "sk-proj-0123456789abcdef0123456789", jwt, "sk-x1"]
      for (const secret of [...secrets, encodeURIComponent(key).replaceAll("-", "%2D")])
        for (const path of [
          `/${secret}/v1/models`,
          `/v1/${secret}/chat/completions`,
          `/v1/models/${secret}`,
          `/v1/runs/${secret}/events`,
          `/api/v1/query/${secret}`,
          `/api/v1/query?title=x&key=${secret}`,
          `/${"x".repeat(195)}${secret}`,
          `/${"x/".repeat(97)}${secret}`
        ])
          yield* send(base + path)
      for (const secret of [key, jwt])
        yield* send(`${base}/v1/models`, { headers: { "x-request-id": secret, authorization: `Bearer ${secret}` } })
      for (const path of [
        "/wp-login.php",
        "/v1/v1/chat/completions",
        "/v1/runs/run_01a22f59-cd01-7000-b4d9-e833fbc7c5b2"
      ])
        yield* send(base + path)
      siku.child.kill("SIGTERM")
      yield* Effect.promise(() => siku.ended)
      const said = siku.output() + siku.errors()
      for (const secret of [key, adminKey, "sk-proj-", jwt, "sk-x1", "canary", "eyJ", key.slice(8, 20)])
        assert.notInclude(said, secret)
      assert.notMatch(said, /sk%2D/i)
      for (const path of [
        '"/…/v1/models"',
        '"/v1/…/chat/completions"',
        '"/v1/runs/…/events"',
        '"/wp-login.php"',
        '"/v1/v1/chat/completions"',
        '"/v1/runs/run_01a22f59-cd01-7000-b4d9-e833fbc7c5b2"'
      ])
        assert.include(said, `"path":${path}`)
    })
  )
})

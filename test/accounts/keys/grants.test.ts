import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { PasswordCost } from "../../../src/accounts/users/Passwords.ts"
import { manage, send, startSiku } from "../../support/siku.ts"
import { cheap } from "../support.ts"

const password = "correct horse battery"
type Body = Readonly<Record<string, unknown>>

const setUp = Effect.gen(function* () {
  const base = yield* startSiku({ set: ["security.authentication=required"] })
  const made = yield* manage(base, "POST", "/api/v1/users", { email: "li@example.com", name: "Li", password })
  const grant = yield* send(`${base}/api/v1/auth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ grant_type: "password", username: "li@example.com", password })
  })
  const keys = `/api/v1/accounts/${String(made.json["account_id"])}/keys`
  const ask = (credential: string, method: string, path: string, body?: Body) =>
    send(`${base}${path}`, {
      method,
      headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
  const statusesOf = (credential: string, times: number) =>
    Effect.replicateEffect(
      Effect.map(ask(credential, "GET", "/v1/models"), ({ status }) => status),
      times
    )
  return { base, keys, ask, statusesOf, token: String(grant.json["access_token"]) }
}).pipe(Effect.provideService(PasswordCost, cheap))

const key = (more: Body = {}): Body => ({ name: "one", scopes: ["chat"], ...more })

describe("the limits of a key", () => {
  it.live("are given by its owner within what the settings allow now, and never count for more than that", () =>
    Effect.gen(function* () {
      const { ask, base, keys, statusesOf, token } = yield* setUp
      const made = yield* ask(token, "POST", keys, key({ per_minute: 600 }))
      assert.strictEqual(made.status, 201, made.text)
      const lowered = yield* manage(base, "PATCH", "/api/v1/settings", { "rate_limit.per_minute": 40 })
      assert.strictEqual(lowered.status, 200, lowered.text)
      for (const per_minute of [41, 600, 0])
        assert.strictEqual((yield* ask(token, "POST", keys, key({ per_minute }))).status, 403)
      const path = `${keys}/${String(made.json["id"])}`
      assert.strictEqual((yield* ask(token, "PATCH", path, { per_minute: 600 })).status, 403)
      // What others had asked of this address before counts as well.
      const statuses = yield* statusesOf(String(made.json["key"]), 50)
      assert.isAtMost(statuses.filter((status) => status === 200).length, 40)
      assert.strictEqual(statuses.at(-1), 429)
    })
  )

  it.live("are those that an administrator has given it, whatever the settings say", () =>
    Effect.gen(function* () {
      const { ask, base, keys, statusesOf, token } = yield* setUp
      const made = yield* ask(token, "POST", keys, key({ per_minute: 600 }))
      const path = `${keys}/${String(made.json["id"])}`
      yield* manage(base, "PATCH", path, { per_minute: 1000 })
      yield* manage(base, "PATCH", "/api/v1/settings", { "rate_limit.per_minute": 4 })
      const statuses = yield* statusesOf(String(made.json["key"]), 50)
      assert.deepStrictEqual(new Set(statuses), new Set([200]))
      // Another name changes nothing of that; limits of the owner's do.
      yield* ask(token, "PATCH", path, { name: "two" })
      assert.strictEqual((yield* statusesOf(String(made.json["key"]), 1))[0], 200)
    })
  )

  it.live("are nobody's to lift who is bound by lower ones, also where that is a key that manages", () =>
    Effect.gen(function* () {
      const { ask, base } = yield* setUp
      const made = yield* manage(base, "POST", "/api/v1/keys", {
        name: "manages",
        scopes: ["admin", "chat"],
        models: ["siku-lite", "up/m"],
        per_minute: 500,
        concurrency: 5
      })
      const [id, own] = [String(made.json["id"]), String(made.json["key"])]
      const within = { name: "one", scopes: ["chat"], models: ["up/m"], per_minute: 500, concurrency: 5 }
      const rows: ReadonlyArray<readonly [string, string, Body, number]> = [
        ["PATCH", `/api/v1/keys/${id}`, { per_minute: 501 }, 403],
        ["PATCH", `/api/v1/keys/${id}`, { per_minute: 0 }, 403],
        ["PATCH", `/api/v1/keys/${id}`, { per_minute: null }, 403],
        ["PATCH", `/api/v1/keys/${id}`, { concurrency: null }, 403],
        ["PATCH", `/api/v1/keys/${id}`, { models: null }, 403],
        ["PATCH", `/api/v1/keys/${id}`, { models: ["up/m", "up/other"] }, 403],
        ["POST", "/api/v1/keys", { name: "one", scopes: ["chat"] }, 403],
        ["POST", "/api/v1/keys", { ...within, per_minute: 0 }, 403],
        ["POST", "/api/v1/keys", { ...within, models: undefined }, 403],
        ["POST", "/api/v1/keys", within, 201],
        ["PATCH", `/api/v1/keys/${id}`, { per_hour: 0, name: "renamed" }, 200],
        ["PATCH", `/api/v1/keys/${id}`, { per_minute: 400, models: ["up/m"] }, 200]
      ]
      for (const [method, path, body, status] of rows) {
        const seen = yield* ask(own, method, path, body)
        assert.strictEqual(seen.status, status, `${method} ${JSON.stringify(body)}: ${seen.text}`)
      }
    })
  )
})

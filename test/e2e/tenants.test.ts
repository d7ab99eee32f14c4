// Two accounts with keys of their own, made over HTTP as an operator makes them.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { manage, send, startSiku } from "../support/siku.ts"

const ask = (base: string, key: string, method: string, path: string, body?: unknown) =>
  send(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })

const scopes = ["ask", "chat"]

/** The service, with two accounts that each have a user who has logged in, and a key. */
const setUp = Effect.gen(function* () {
  const model = yield* upstream({ answer: () => "42" })
  const base = yield* startSiku({ environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" } })
  const person = Effect.fnUntraced(function* (name: string) {
    const email = `${name}@example.org`
    const password = `the pass phrase of ${name}`
    const user = String((yield* manage(base, "POST", "/api/v1/users", { email, name, password })).json["id"])
    const login = yield* send(`${base}/api/v1/auth/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "password", username: email, password })
    })
    const token = String(login.json["access_token"])
    const { accounts } = (yield* ask(base, token, "GET", "/api/v1/accounts")).json
    assert.isTrue(Array.isArray(accounts) && accounts.length === 1)
    const account = /"id":"(acc_[^"]+)"/.exec(JSON.stringify(accounts))?.[1] ?? ""
    const made = yield* ask(base, token, "POST", `/api/v1/accounts/${account}/keys`, { name: "laptop", scopes })
    assert.strictEqual(made.status, 201, made.text)
    return { account, key: String(made.json["key"]), keyId: String(made.json["id"]), token, user }
  })
  return { base, model, li: yield* person("li"), han: yield* person("han") }
})

describe("what belongs to an account", () => {
  it.live("is not there for another one, whether it asks by key or by login", () =>
    Effect.gen(function* () {
      const { base, han, li } = yield* setUp
      const messages = [{ role: "user", content: "17*23=?" }]
      const run = (yield* ask(base, li.key, "POST", "/v1/runs", { model: "siku", messages })).json["id"]
      const response = (yield* ask(base, li.key, "POST", "/v1/responses", { model: "custom/m", input: "17*23=?" }))
        .json["id"]
      yield* manage(base, "POST", `/api/v1/accounts/${li.account}/orders`, { kind: "grant", amount: 5 })
      const account = `/api/v1/accounts/${li.account}`
      const own: ReadonlyArray<readonly [string, string, string]> = [
        ["key", "GET", `/v1/runs/${String(run)}`],
        ["key", "GET", `/v1/runs/${String(run)}/events`],
        ["key", "GET", `/v1/responses/${String(response)}`],
        ["key", "GET", `/v1/responses/${String(response)}/input_items`],
        ["token", "GET", account],
        ["token", "GET", `${account}/members`],
        ["token", "GET", `${account}/keys`],
        ["token", "GET", `${account}/keys/${li.keyId}`],
        ["token", "GET", `${account}/orders`],
        ["token", "GET", `${account}/usage`]
      ]
      for (const [by, method, path] of own) {
        const mine = by === "key" ? li.key : li.token
        assert.strictEqual((yield* ask(base, mine, method, path)).status, 200, path)
        for (const other of [han.key, han.token]) {
          const seen = yield* ask(base, other, method, path)
          assert.strictEqual(seen.status, 404, `${path}: ${seen.text}`)
        }
      }
      for (const [method, path, body] of [
        ["DELETE", `/v1/runs/${String(run)}`, undefined],
        ["DELETE", `/v1/responses/${String(response)}`, undefined],
        ["PATCH", account, { name: "mine now" }],
        ["PUT", `${account}/members/${han.user}`, { role: "owner" }],
        ["POST", `${account}/keys`, { name: "mine", scopes }],
        ["PATCH", `${account}/keys/${li.keyId}`, { name: "mine" }],
        ["DELETE", `${account}/keys/${li.keyId}`, undefined]
      ] as const) {
        const seen = yield* ask(base, han.token, method, path, body)
        assert.strictEqual(seen.status, 404, `${method} ${path}: ${seen.text}`)
      }
      assert.strictEqual((yield* ask(base, li.key, "GET", "/v1/models")).status, 200)
      // Nobody gives themselves credit.
      const orders = yield* ask(base, li.token, "POST", `${account}/orders`, { kind: "grant", amount: 5 })
      assert.strictEqual(orders.status, 403)
    })
  )
})

describe("a key or a login that is over", () => {
  it.live("is refused from then on, with why", () =>
    Effect.gen(function* () {
      const { base, han, li } = yield* setUp
      const path = "/v1/models"
      const keys = `/api/v1/accounts/${li.account}/keys`
      const body = { name: "old", scopes, expires_at: 1 }
      const old = String((yield* ask(base, li.token, "POST", keys, body)).json["key"])
      const expired = yield* ask(base, old, "GET", path)
      assert.strictEqual(expired.status, 401)
      assert.match(expired.text, /expired/)
      assert.strictEqual((yield* ask(base, li.key, "GET", path)).status, 200)
      assert.strictEqual((yield* ask(base, li.token, "DELETE", `${keys}/${li.keyId}`)).status, 204)
      const revoked = yield* ask(base, li.key, "GET", path)
      assert.strictEqual(revoked.status, 401)
      assert.match(revoked.text, /revoked/)
      yield* send(`${base}/api/v1/auth/revoke`, { method: "POST", body: new URLSearchParams({ token: li.token }) })
      assert.strictEqual((yield* ask(base, li.token, "GET", "/api/v1/users/me")).status, 401)
      assert.strictEqual((yield* manage(base, "DELETE", `/api/v1/users/${han.user}`)).status, 204)
      for (const credential of [han.key, han.token]) {
        assert.strictEqual((yield* ask(base, credential, "GET", path)).status, 401)
      }
    })
  )
})

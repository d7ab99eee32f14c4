import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schedule } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { manage, send, startSiku } from "../support/siku.ts"
import { temporaryHome } from "../support/sikuProcess.ts"

const password = "correct horse battery"
const json = { "content-type": "application/json" }

/** A platform that never answers, and how to start a service over it, again and again. */
const aPlatform = Effect.gen(function* () {
  const model = yield* upstream({ latencyMs: 3_600_000 })
  const home = yield* temporaryHome
  const file = join(home, "siku.db")
  const start = startSiku({
    home,
    set: [
      "ai.providers.up.preset=custom",
      `ai.providers.up.base_url=${model.url}`,
      "ai.providers.up.model=m",
      'ai.providers.up.prices={"*":{"input":1,"output":1}}',
      "ai.providers.up.max_tokens=1000",
      "ai.max_retries=0",
      "thinking.runs_per_key=0",
      "thinking.runs_per_account=0",
      `database.url=sqlite:///${file}`
    ]
  })
  return { model, file, start }
})

/** A service with a user who has an account, a key of it that the operator made and one of its own, and a login. */
const people = Effect.fnUntraced(function* ({ model, start }: Effect.Success<typeof aPlatform>) {
  const base = yield* start
  const made = yield* manage(base, "POST", "/api/v1/users", { email: "li@example.com", name: "Li", password })
  const [user, account] = [String(made.json["id"]), String(made.json["account_id"])]
  yield* manage(base, "PATCH", `/api/v1/accounts/${account}`, { prepaid: true })
  yield* manage(base, "POST", `/api/v1/accounts/${account}/orders`, { amount: 1_000_000_000, kind: "grant" })
  const grant = yield* send(`${base}/api/v1/auth/token`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ grant_type: "password", username: "li@example.com", password })
  })
  const token = String(grant.json["access_token"])
  const keyOf = Effect.fnUntraced(function* (who: string | undefined) {
    const path = `${base}/api/v1/accounts/${account}/keys`
    const body = JSON.stringify({ name: "one", scopes: ["chat"] })
    const seen =
      who === undefined
        ? yield* manage(base, "POST", `/api/v1/accounts/${account}/keys`, { name: "one", scopes: ["chat"] })
        : yield* send(path, { method: "POST", headers: { ...json, authorization: `Bearer ${who}` }, body })
    assert.strictEqual(seen.status, 201, seen.text)
    return { id: String(seen.json["id"]), key: String(seen.json["key"]) }
  })
  return { model, base, user, account, token, usersKey: yield* keyOf(token), key: yield* keyOf(undefined) }
})
const setUp = Effect.flatMap(aPlatform, people)
type Service = Effect.Success<typeof setUp>

const closings: ReadonlyArray<{
  readonly name: string
  readonly asks: (of: Service) => string
  readonly close: (of: Service) => Effect.Effect<unknown>
}> = [
  {
    name: "whose key is revoked",
    asks: ({ key }) => key.key,
    close: ({ account, base, key }) => manage(base, "DELETE", `/api/v1/accounts/${account}/keys/${key.id}`)
  },
  {
    name: "whose account is closed",
    asks: ({ key }) => key.key,
    close: ({ account, base }) => manage(base, "PATCH", `/api/v1/accounts/${account}`, { active: false })
  },
  {
    name: "whose key was made by a user who is deactivated",
    asks: ({ usersKey }) => usersKey.key,
    close: ({ base, user }) => manage(base, "DELETE", `/api/v1/users/${user}`)
  },
  {
    name: "who logged in and is deactivated",
    asks: ({ token }) => token,
    close: ({ base, user }) => manage(base, "DELETE", `/api/v1/users/${user}`)
  },
  {
    name: "who logged in and whose account is closed",
    asks: ({ token }) => token,
    close: ({ account, base }) => manage(base, "PATCH", `/api/v1/accounts/${account}`, { active: false })
  }
]

const submit = (base: string, who: string, body: Readonly<Record<string, unknown>> = {}) =>
  send(`${base}/v1/runs`, {
    method: "POST",
    headers: { ...json, authorization: `Bearer ${who}` },
    body: JSON.stringify({
      model: "siku-lite",
      messages: [{ role: "user", content: "Why is the sky blue, and why are sunsets red?" }],
      thinking: { mode: "direct" },
      ...body
    })
  })

const ended = (base: string, id: string) =>
  manage(base, "GET", `/v1/runs/${id}`).pipe(
    Effect.repeat({
      until: ({ json }) => json["status"] !== "queued" && json["status"] !== "running",
      schedule: Schedule.spaced("50 millis")
    })
  )

describe("what is under way for somebody", () => {
  for (const [at, { asks, close, name }] of closings.entries()) {
    // More than are thought on at once, where it costs the least time to see.
    const [runs, begun] = at === 0 ? [67, 64] : [3, 3]
    it.live(`${name} ends, whether it is thought on or waits, and holds no credit`, () =>
      Effect.gen(function* () {
        const service = yield* setUp
        const { account, base, model } = service
        const who = asks(service)
        const ids: Array<string> = []
        for (let n = 0; n < runs; n++) {
          const seen = yield* submit(base, who)
          assert.strictEqual(seen.status, 202, seen.text)
          ids.push(String(seen.json["id"]))
        }
        yield* Effect.promise(() => model.when(({ active }) => active === begun))
        const held = yield* manage(base, "GET", `/api/v1/accounts/${account}`)
        assert.isAbove(Number(held.json["held"]), 0)
        yield* close(service)
        for (const id of ids) {
          const run = yield* ended(base, id)
          assert.strictEqual(run.json["status"], "cancelled")
          assert.deepInclude(run.json["error"], { reason: "owner_closed" })
        }
        assert.strictEqual(model.stats().calls, begun)
        yield* Effect.promise(() => model.when(({ active }) => active === 0))
        // Each call that was begun is written down once, and the balance is what they leave.
        const calls: unknown = (yield* manage(base, "GET", "/api/v1/calls?limit=200")).json["calls"]
        const paid = Array.isArray(calls) ? calls : []
        assert.strictEqual(paid.length, begun)
        const cost = paid.reduce<number>((sum, call) => sum + Number(call.cost), 0)
        const after = yield* manage(base, "GET", `/api/v1/accounts/${account}`)
        assert.deepInclude(after.json, { held: 0, balance: 1_000_000_000 - cost })
      })
    )
  }

  it.live("is cut off where it is a stream or a reply that is waited for", () =>
    Effect.gen(function* () {
      const service = yield* setUp
      const { base, key, model } = service
      const ask = (stream: boolean) =>
        Effect.promise(() =>
          fetch(`${base}/v1/chat/completions`, {
            method: "POST",
            headers: { ...json, authorization: `Bearer ${key.key}` },
            body: JSON.stringify({ model: "up/m", stream, messages: [{ role: "user", content: "Why?" }] })
          }).then(
            (reply) => reply.text().then(String, () => "cut off"),
            () => "cut off"
          )
        )
      const asking = yield* Effect.forkScoped(Effect.all([ask(true), ask(false)], { concurrency: 2 }), {
        startImmediately: true
      })
      yield* Effect.promise(() => model.when(({ active }) => active === 2))
      yield* manage(base, "DELETE", `/api/v1/accounts/${service.account}/keys/${key.id}`)
      assert.deepStrictEqual(yield* Fiber.join(asking), ["cut off", "cut off"])
      yield* Effect.promise(() => model.when(({ active }) => active === 0))
    })
  )

  it.live("is not taken up again after a restart where it was closed meanwhile", () =>
    Effect.gen(function* () {
      const platform = yield* aPlatform
      const ids = yield* Effect.scoped(
        Effect.gen(function* () {
          const { base, key, usersKey } = yield* people(platform)
          const runs = yield* Effect.forEach([key, key, usersKey], ({ key }) => submit(base, key))
          yield* Effect.promise(() => platform.model.when(({ active }) => active === 3))
          return runs.map(({ json }) => String(json["id"]))
        })
      )
      const database = new DatabaseSync(platform.file)
      database.exec("UPDATE api_keys SET revoked_at = 1 WHERE user_id IS NULL")
      database.close()
      const base = yield* platform.start
      for (const id of ids.slice(0, 2)) {
        const run = yield* ended(base, id)
        assert.deepInclude(run.json["error"], { reason: "owner_closed" })
      }
      // The other goes on.
      yield* Effect.promise(() => platform.model.when(({ active }) => active === 1))
      assert.strictEqual(platform.model.stats().calls, 4)
      assert.strictEqual((yield* manage(base, "GET", `/v1/runs/${ids[2]}`)).json["status"], "running")
    })
  )
})

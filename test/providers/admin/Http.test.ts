import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as status from "../../../scripts/upstream/StatusFaults.ts"
import type { UpstreamOptions } from "../../../scripts/upstream/Upstream.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { manage, query, type Seen, send, startSiku } from "../../support/siku.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"

const path = "/api/v1/providers"
const canary = "sk-canary-5b1e77a90c2d"

interface View {
  readonly id: string
  readonly state: string
  readonly default: boolean
  readonly source: string
  readonly problem: string | null
  readonly model: string
  readonly proxy: string | null
  readonly fallback: ReadonlyArray<string> | null
  readonly keys: ReadonlyArray<{
    readonly key: string | null
    readonly state: string
    readonly breaker: string
    readonly last_failure: { readonly reason: string; readonly detail: string } | null
  }>
}

const viewIn = (seen: Seen): View => JSON.parse(seen.text)
const list = (base: string) =>
  Effect.map(
    manage(base, "GET", path),
    (seen): { readonly providers: ReadonlyArray<View>; readonly roles: Readonly<Record<string, unknown>> } =>
      JSON.parse(seen.text)
  )
const errorsIn = (seen: Seen): ReadonlyArray<{ readonly path: string; readonly message: string }> =>
  JSON.parse(seen.text).errors

const setUp = Effect.fnUntraced(function* (options: UpstreamOptions = {}, siku: Parameters<typeof startSiku>[0] = {}) {
  const model = yield* upstream({ answer: () => '{"answer":["甲"]}', ...options })
  const base = yield* startSiku({
    ...siku,
    environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m", CUSTOM_API_KEY: canary, ...siku.environment }
  })
  return { base, model }
})

describe("the providers over HTTP", () => {
  it.live("are behind the admin key", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      for (const [method, route] of [
        ["GET", path],
        ["POST", path],
        ["GET", `${path}/custom`],
        ["PATCH", `${path}/custom`],
        ["DELETE", `${path}/custom`],
        ["POST", `${path}/custom/test`],
        ["POST", `${path}/custom/default`],
        ["GET", "/api/v1/calls"]
      ] as const) {
        for (const headers of [{}, { authorization: "Bearer not-the-key" }, { authorization: "Basic YTpi" }]) {
          const seen = yield* send(`${base}${route}`, { method, headers })
          assert.strictEqual(seen.status, 401, `${method} ${route}`)
          assert.match(seen.headers.get("www-authenticate") ?? "", /^Bearer\b/)
          assert.include(seen.headers.get("content-type"), "problem+json")
        }
      }
    })
  )

  it.live("are added, asked, changed, made the default and removed while the service runs", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const added = yield* manage(base, "POST", path, {
        id: "second",
        preset: "custom",
        base_url: model.url,
        model: "other",
        api_key: "sk-second-key-0123456789"
      })
      assert.strictEqual(added.status, 201, added.text)
      assert.deepInclude(viewIn(added), { id: "second", state: "ready", default: false, source: "stored" })
      assert.deepStrictEqual((yield* list(base)).roles["answer"], ["custom/m", "second/other"])

      const first = yield* manage(base, "POST", `${path}/second/default`)
      assert.isTrue(viewIn(first).default)
      assert.deepStrictEqual((yield* list(base)).roles["answer"], ["second/other", "custom/m"])
      assert.strictEqual((yield* query(base, { title: "问题" })).json["code"], 1)
      const sent = model.requests.at(-1)
      assert.strictEqual(sent?.headers["authorization"], "Bearer sk-second-key-0123456789")
      assert.deepInclude(sent?.body, { model: "other" })

      const changed = yield* manage(base, "PATCH", `${path}/second`, { model: "third", enabled: true })
      assert.strictEqual(viewIn(changed).model, "third")
      const off = yield* manage(base, "PATCH", `${path}/custom`, { enabled: false })
      assert.deepInclude(viewIn(off), { state: "disabled", source: "both" })
      assert.deepStrictEqual((yield* list(base)).roles["answer"], ["second/third"])
      const on = yield* manage(base, "PATCH", `${path}/custom`, { enabled: null })
      assert.strictEqual(viewIn(on).state, "ready")

      assert.strictEqual((yield* manage(base, "DELETE", `${path}/second`)).status, 204)
      assert.deepStrictEqual((yield* list(base)).roles["answer"], ["custom/m"])
      assert.strictEqual((yield* manage(base, "GET", `${path}/second`)).status, 404)
    })
  )

  it.live("keep what was set over a restart, and say so when it cannot be read any more", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const database = `database.url=sqlite:///${join(home, "siku.db")}`
      const model = yield* upstream()
      const started = (key: string) =>
        startSiku({ home, set: [database, `security.encryption_key=${key.padEnd(32, "x")}`] })
      yield* Effect.scoped(
        Effect.gen(function* () {
          const base = yield* started("first")
          const entry = { id: "kept", preset: "custom", base_url: model.url, model: "m", api_key: canary }
          assert.strictEqual((yield* manage(base, "POST", path, entry)).status, 201)
          assert.strictEqual((yield* manage(base, "POST", `${path}/kept/default`)).status, 200)
        })
      )
      yield* Effect.scoped(
        Effect.gen(function* () {
          const base = yield* started("first")
          assert.deepInclude((yield* list(base)).providers[0], { id: "kept", default: true, state: "ready" })
          assert.isTrue((yield* manage(base, "POST", `${path}/kept/test`)).json["ok"])
          assert.strictEqual(model.requests.at(-1)?.headers["authorization"], `Bearer ${canary}`)
        })
      )
      const file = new DatabaseSync(join(home, "siku.db"))
      file.exec("UPDATE provider_entries SET secrets = replace(secrets, 'v1.', 'v1.A')")
      file.close()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const base = yield* started("first")
          const [kept] = (yield* list(base)).providers
          assert.deepInclude(kept, { id: "kept", state: "wrong" })
          assert.include(kept?.problem, "cannot be decrypted")
          const mended = yield* manage(base, "PATCH", `${path}/kept`, {
            preset: "custom",
            base_url: model.url,
            model: "m",
            api_key: canary
          })
          assert.deepInclude(viewIn(mended), { state: "ready", problem: null })
        })
      )
    })
  )

  it.live("refuse what the configuration would refuse, with the place and the remedy, and change nothing", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const good = { id: "other", preset: "custom", base_url: model.url, model: "m" }
      assert.strictEqual((yield* manage(base, "POST", path, { ...good, fallback: ["custom"] })).status, 201)
      const before = (yield* manage(base, "GET", path)).text
      const wrong: ReadonlyArray<readonly [string, string, object, string, RegExp]> = [
        ["POST", path, { ...good, id: "n", preset: "no-such" }, "ai.providers.n.preset", /one of siliconflow/],
        ["POST", path, { id: "n", preset: "custom" }, "ai.providers.n.base_url", /set it/],
        ["POST", path, { ...good, id: "n", base_url: "ftp://x" }, "ai.providers.n.base_url", /http/],
        [
          "POST",
          path,
          { ...good, id: "n", prices: { m: { input: -1, output: 1 } } },
          "ai.providers.n.prices.m.input",
          /from 0/
        ],
        ["POST", path, { ...good, id: "n", temprature: 1 }, "ai.providers.n.temprature", /did you mean temperature/],
        ["POST", path, { ...good, id: "../etc" }, "ai.providers", /id of 1 to 64/],
        ["POST", path, { ...good, id: "n", timeout: 0 }, "ai.providers.n.timeout", /seconds/],
        ["PATCH", `${path}/custom`, { fallback: ["other"] }, "ai.providers.other.fallback", /way back: .*custom/],
        ["PATCH", `${path}/custom`, { api_key: "with blanks in it" }, "ai.providers.custom.api_key", /ASCII/]
      ]
      for (const [method, route, body, at, message] of wrong) {
        const seen = yield* manage(base, method, route, body)
        assert.strictEqual(seen.status, 422, seen.text)
        const errors = errorsIn(seen)
        const error = errors.find((error) => error.path === at)
        assert.match(error?.message ?? "", message, `${at}: ${seen.text}`)
        assert.notInclude(seen.text, "with blanks")
      }
      assert.strictEqual((yield* manage(base, "GET", path)).text, before)
      assert.strictEqual((yield* manage(base, "POST", path, good)).status, 409)
      assert.strictEqual((yield* manage(base, "DELETE", `${path}/custom`)).status, 409)
      assert.strictEqual((yield* manage(base, "DELETE", `${path}/nobody`)).status, 404)
      assert.strictEqual((yield* manage(base, "PATCH", `${path}/nobody`, {})).status, 404)
    })
  )

  it.live("refuse one of which nothing is said, and one of which nothing would be left", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const empty = yield* manage(base, "POST", path, { id: "other" })
      assert.strictEqual(empty.status, 422)
      assert.deepStrictEqual(
        errorsIn(empty).map((error) => error.path),
        ["ai.providers.other"]
      )
      const fields = { preset: "custom", base_url: "https://api.example.com/v1", model: "m" }
      assert.strictEqual((yield* manage(base, "POST", path, { id: "other", ...fields })).status, 201)
      const emptied = yield* manage(base, "PATCH", `${path}/other`, { preset: null, base_url: null, model: null })
      assert.strictEqual(emptied.status, 422)
      assert.strictEqual(viewIn(yield* manage(base, "GET", `${path}/other`)).model, "m")
    })
  )

  it.live("show keys masked, and leave them as they are when the mask comes back", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const shown = yield* manage(base, "GET", `${path}/custom`)
      const mask = viewIn(shown).keys[0]?.key ?? ""
      assert.notInclude(shown.text, canary)
      assert.strictEqual(mask, "sk-…0c2d")
      const sent = { api_key: mask, api_keys: [mask, "sk-another-key-99887766"], proxy: null, model: "n" }
      const changed = yield* manage(base, "PATCH", `${path}/custom`, sent)
      assert.deepStrictEqual(
        viewIn(changed).keys.map(({ key }) => key),
        [mask, "sk-…7766"]
      )
      const masks = viewIn(changed).keys.map(({ key }) => key)
      yield* manage(base, "PATCH", `${path}/custom`, { api_keys: masks })
      yield* manage(base, "POST", `${path}/custom/test`)
      yield* manage(base, "POST", `${path}/custom/test`)
      assert.sameMembers(
        model.requests.slice(-2).map(({ headers }) => headers["authorization"]),
        [`Bearer ${canary}`, "Bearer sk-another-key-99887766"]
      )

      const proxied = yield* manage(base, "PATCH", `${path}/custom`, {
        proxy: `http://user:${canary}@127.0.0.1:1`,
        api_keys: [canary, "sk-another-key-99887766"]
      })
      assert.strictEqual(viewIn(proxied).proxy, "http://…@127.0.0.1:1")
      const again = yield* manage(base, "PATCH", `${path}/custom`, { proxy: "http://…@127.0.0.1:1", name: "N" })
      assert.strictEqual(viewIn(again).proxy, "http://…@127.0.0.1:1")
      const failed = yield* manage(base, "POST", `${path}/custom/test`)
      assert.isFalse(failed.json["ok"])
      assert.include(failed.text, "the proxy http://127.0.0.1:1")
      assert.notInclude(proxied.text + again.text + failed.text, canary)
    })
  )

  it.live("tell the state of every key, its breaker and its last error", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp(
        { script: [status.authFailed], fallback: status.serverError(500) },
        { set: ["ai.max_retries=0", "ai.breaker_minimum_calls=2", "ai.breaker_window=2"] }
      )
      const asks = (n: number) => query(base, { title: `问题 ${n}` })
      yield* asks(1)
      const [refused] = viewIn(yield* manage(base, "GET", `${path}/custom`)).keys
      assert.deepInclude(refused, { state: "put_aside", breaker: "closed" })
      assert.strictEqual(refused?.last_failure?.reason, "AuthFailed")
      const tried = yield* manage(base, "POST", `${path}/custom/test`)
      assert.deepInclude(tried.json, { ok: false })
      assert.deepInclude(tried.json["failure"], { reason: "Unavailable", retryable: true, remedy: "Try again later." })
      yield* asks(2)
      yield* asks(3)
      const calls = model.calls
      const [open] = viewIn(yield* manage(base, "GET", `${path}/custom`)).keys
      assert.deepInclude(open, { state: "ready", breaker: "open" })
      const missed = yield* asks(4)
      assert.match(String(missed.json["msg"]), /暂时不可用/)
      assert.strictEqual(model.calls, calls)
    })
  )

  it.live("count every call with its attempts, whom it was made for and what it cost", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp(
        {
          script: [status.rateLimited({ retryAfterMs: 1 })],
          answer: () => ({ content: "甲", promptTokens: 1000, completionTokens: 10, cachedTokens: 400 })
        },
        { set: ['ai.providers.custom.prices={"m":{"input":2,"cached_input":0.5,"output":8}}'] }
      )
      const seen = yield* send(`${base}/api/v1/predict`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-request-id": "asked-by-me" },
        body: JSON.stringify({ text: "hello" })
      })
      assert.strictEqual(seen.status, 200, seen.text)
      const cost = 600 * 2 + 400 * 0.5 + 10 * 8
      assert.deepInclude(seen.json["data"], { result: "甲", tokens_used: 1010, model: "custom/m", attempts: 2, cost })
      const { calls, next } = JSON.parse((yield* manage(base, "GET", "/api/v1/calls?limit=1")).text)
      assert.isNull(next)
      assert.deepInclude(calls[0], {
        request_id: "asked-by-me",
        role: "predict",
        outcome: "answered",
        cost,
        prompt_tokens: 1000,
        cached_tokens: 400,
        provider: "custom"
      })
      assert.deepStrictEqual(
        calls[0].attempts.map(({ outcome, cost }: { outcome: string; cost: number }) => [outcome, cost]),
        [
          ["RateLimited", 0],
          ["answered", cost]
        ]
      )
      yield* manage(base, "POST", `${path}/custom/test`)
      const page = JSON.parse((yield* manage(base, "GET", "/api/v1/calls?limit=1")).text)
      assert.strictEqual(page.calls[0].role, "test")
      const rest = JSON.parse((yield* manage(base, "GET", `/api/v1/calls?before=${page.next}`)).text)
      assert.deepStrictEqual([rest.calls[0].request_id, rest.next], ["asked-by-me", null])
      assert.strictEqual((yield* manage(base, "GET", "/api/v1/calls?limit=0")).status, 422)
    })
  )
})

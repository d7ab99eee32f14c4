import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { manage, send, startSiku } from "../support/siku.ts"

describe("what browsers are told", () => {
  it.live("stands on every reply: of pages, data, errors and preflights", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const preflight = {
        method: "OPTIONS",
        headers: { "access-control-request-method": "POST", origin: "https://a.example" }
      }
      for (const seen of [
        yield* send(`${base}/`),
        yield* send(`${base}/docs`),
        yield* send(`${base}/redoc/redoc.standalone.js`),
        yield* send(`${base}/health/live`),
        yield* send(`${base}/api/query?title=a`),
        yield* send(`${base}/nothing`),
        yield* send(`${base}/v1/chat/completions`, { method: "POST", body: "{" }),
        yield* send(`${base}/api/v1/providers`),
        yield* send(`${base}/api/query`, preflight)
      ]) {
        assert.strictEqual(seen.headers.get("x-content-type-options"), "nosniff")
        assert.strictEqual(seen.headers.get("x-frame-options"), "DENY")
        assert.strictEqual(seen.headers.get("referrer-policy"), "no-referrer")
        assert.match(seen.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/)
        assert.isFalse(seen.headers.has("strict-transport-security"))
        // A page of another origin reads replies by CORS, which this one would get in the way of.
        assert.isFalse(seen.headers.has("cross-origin-resource-policy"))
      }
    })
  )

  it.live("lets the pages run what they bring with them, and data run nothing", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const policyOf = (path: string) =>
        Effect.map(send(base + path), ({ headers }) => headers.get("content-security-policy") ?? "")
      for (const page of ["/", "/docs", "/redoc"]) {
        const policy = yield* policyOf(page)
        assert.match(policy, /script-src [^;]*'unsafe-inline'/, page)
        assert.match(policy, /style-src [^;]*'unsafe-inline'/, page)
        assert.notMatch(policy, /https?:|\*/, page)
      }
      assert.strictEqual(yield* policyOf("/health/live"), "default-src 'none'; frame-ancestors 'none'")
    })
  )

  it.live("asks for TLS from now on where the service is reached by it, and only there", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ set: ["server.public_url=https://siku.example"] })
      const { headers } = yield* send(`${base}/health/live`)
      assert.strictEqual(headers.get("strict-transport-security"), "max-age=31536000")
    })
  )
})

describe("bodies", () => {
  const large = JSON.stringify({ text: "x".repeat(70_000), model: "m", input: "x", messages: [], title: "x" })

  it.live("of the management of providers are small, and larger ones get 413", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const refused = yield* manage(base, "POST", "/api/v1/providers", { id: "n", name: "x".repeat(66_000) })
      assert.strictEqual(refused.status, 413)
      assert.deepInclude(refused.json, { title: "Content Too Large" })
      assert.strictEqual(
        (yield* manage(base, "POST", "/api/v1/providers", { id: "n", name: "x".repeat(60_000) })).status,
        201
      )
    })
  )

  it.live("of all other routes are as the settings say, and larger ones get 413 in the form of the route", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ set: ["server.body_limit=64kb"] })
      const post = (path: string, headers: Record<string, string> = {}) =>
        send(base + path, { method: "POST", body: large, headers: { "content-type": "application/json", ...headers } })
      const openai = yield* post("/v1/chat/completions")
      assert.strictEqual(openai.status, 413)
      assert.property(openai.json["error"], "type")
      const anthropic = yield* post("/v1/messages")
      assert.strictEqual(anthropic.status, 413)
      assert.deepInclude(anthropic.json["error"], { type: "request_too_large" })
      const problem = yield* post("/api/v1/predict")
      assert.deepInclude(problem.json, { status: 413, title: "Content Too Large" })
      const ocs = yield* post("/api/v1/query")
      assert.deepInclude(ocs.json, { code: 0, msg: "请求太大，无法处理" })
      for (const path of ["/v1/responses", "/v1/embeddings"]) assert.strictEqual((yield* post(path)).status, 413, path)
    })
  )
})

import { connect } from "node:net"
import { request } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { createHeldServer } from "../../src/platform/HeldServer.ts"
import { makeRouteTable } from "../../src/platform/RouteTable.ts"
import { send, startSiku } from "../support/siku.ts"

describe("every reply", () => {
  it.live("carries the caller's request id when it is sane, else one of ours, and the time it took", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const own = yield* send(`${base}/health/live`, { headers: { "x-request-id": "abc-123" } })
      assert.strictEqual(own.headers.get("x-request-id"), "abc-123")
      assert.match(own.headers.get("x-process-time") ?? "", /^\d+\.\d{6}$/)
      const made = [
        yield* send(`${base}/health/live`, { headers: { "x-request-id": "a b<script>" } }),
        yield* send(`${base}/health/live`)
      ].map((seen) => seen.headers.get("x-request-id") ?? "")
      assert.strictEqual(new Set(made).size, 2)
      for (const id of made) assert.match(id, /^[\w.:-]{10,}$/)
    })
  )

  it.live("is a problem with a title, a detail and the request id where there is nothing or the method is wrong", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const missing = yield* send(`${base}/nothing/here`, { headers: { "x-request-id": "r1" } })
      assert.strictEqual(missing.status, 404)
      assert.strictEqual(missing.headers.get("content-type"), "application/problem+json")
      assert.deepInclude(missing.json, { type: "about:blank", status: 404, title: "Not Found", request_id: "r1" })
      const wrong = yield* send(`${base}/health/ready`, { method: "DELETE" })
      assert.deepStrictEqual([wrong.status, wrong.headers.get("allow")], [405, "GET, HEAD"])
    })
  )

  it.live("is compressed above a kilobyte when the client takes it, and not below", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const encodingOf = (path: string) =>
        Effect.callback<string | undefined>((resume) => {
          const sent = request(base + path, { headers: { "accept-encoding": "gzip" } }, (response) => {
            response.resume()
            resume(Effect.succeed(response.headers["content-encoding"]))
          })
          sent.end()
        })
      assert.strictEqual(yield* encodingOf("/"), "gzip")
      assert.isUndefined(yield* encodingOf("/health/live"))
    })
  )

  it.live("allows the origins of the configuration and no others", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ set: ["server.cors_origins=https://a.example"] })
      const from = (origin: string) =>
        Effect.map(send(`${base}/health/live`, { headers: { origin } }), (seen) =>
          seen.headers.get("access-control-allow-origin")
        )
      assert.strictEqual(yield* from("https://a.example"), "https://a.example")
      assert.notInclude(["*", "https://b.example"], yield* from("https://b.example"))
    })
  )
})

describe("the pages", () => {
  it.live("are there for people: home, Swagger UI, Redoc, the description, and load nothing from elsewhere", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const home = yield* send(base)
      assert.include(home.text, "OCS 题库配置")
      assert.include(home.text, `${base}/api/v1/query`)
      assert.include(home.text, "尚未配置 AI")
      assert.include((yield* send(`${base}/docs`)).text, "swagger-ui")
      const redoc = yield* send(`${base}/redoc`)
      assert.match(redoc.headers.get("content-security-policy") ?? "", /default-src 'self'/)
      assert.isAbove((yield* send(`${base}/redoc/redoc.standalone.js`)).text.length, 100_000)
      for (const page of [home, redoc]) assert.notMatch(page.text, /(?:src|href)="https?:\/\/(?!127\.0\.0\.1)/)
      const description = yield* send(`${base}/openapi.json`)
      const { paths, tags } = yield* Schema.decodeUnknownEffect(
        Schema.Struct({
          paths: Schema.Record(Schema.String, Schema.Unknown),
          tags: Schema.Array(Schema.Struct({ name: Schema.String, description: Schema.NonEmptyString }))
        })
      )(description.json)
      assert.containsAllKeys(paths, ["/api/v1/query", "/adapter-service/search", "/health/ready"])
      assert.isAtLeast(tags.length, 3)
    })
  )

  it.live("name the model that is set up, harmlessly whatever its name", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({
        environment: { CUSTOM_BASE_URL: "http://127.0.0.1:9/v1", CUSTOM_MODEL: "<script>alert(1)</script>" }
      })
      const home = yield* send(base)
      assert.include(home.text, "AI 已配置")
      assert.notInclude(home.text, "<script>alert(1)")
      const spoofed = yield* Effect.callback<string>((resume) => {
        const sent = request(base, { headers: { host: '"><script>' } }, (response) => {
          let text = ""
          response
            .on("data", (chunk: Buffer) => (text += chunk.toString()))
            .on("end", () => resume(Effect.succeed(text)))
        })
        sent.end()
      })
      assert.notInclude(spoofed, '"><script>')
    })
  )
})

describe("createHeldServer", () => {
  it.live("answers requests that came before its handler, once it is there", () =>
    Effect.gen(function* () {
      const server = createHeldServer({})
      yield* Effect.acquireRelease(
        Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
        () => Effect.sync(() => server.closeAllConnections())
      )
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const early = send(`http://127.0.0.1:${port}/early`)
      const arrived = Effect.promise(() => new Promise<void>((resolve) => server.once("connection", () => resolve())))
      const [seen] = yield* Effect.all(
        [
          early,
          Effect.andThen(
            arrived,
            Effect.sync(() =>
              server.on("request", (incoming, response) => response.end(`late answer to ${incoming.url}`))
            )
          )
        ],
        { concurrency: "unbounded" }
      )
      assert.strictEqual(seen.text, "late answer to /early")
      assert.strictEqual((yield* send(`http://127.0.0.1:${port}/next`)).text, "late answer to /next")
      yield* Effect.promise(() => new Promise((resolve) => server.close(resolve)))
    })
  )
})

describe("the socket", () => {
  it.live("answers what is no HTTP with 400 and goes on", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const seen = yield* Effect.callback<string>((resume) => {
        const socket = connect(Number(new URL(base).port), "127.0.0.1", () =>
          socket.write("\u0000\u0001 nonsense\r\n\r\n")
        )
        let text = ""
        socket.on("data", (chunk) => (text += chunk.toString())).on("close", () => resume(Effect.succeed(text)))
      })
      assert.match(seen, /^HTTP\/1\.1 400/)
      assert.strictEqual((yield* send(`${base}/health/live`)).status, 200)
    })
  )
})

describe("makeRouteTable", () => {
  it("knows the methods of an address, with its parameters and without its query", () => {
    const table = makeRouteTable([
      { method: "GET", path: "/v1/runs/:id" },
      { method: "DELETE", path: "/v1/runs/:id" },
      { method: "POST", path: "/v1/runs" }
    ])
    assert.deepStrictEqual(table.methodsOf("/v1/runs/7?x=1"), ["DELETE", "GET", "HEAD"])
    assert.deepStrictEqual(table.methodsOf("/v1/runs"), ["POST"])
    assert.deepStrictEqual(table.methodsOf("/v1/runs/7/8"), [])
  })
})

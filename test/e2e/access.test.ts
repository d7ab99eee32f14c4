import { request } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { adminKey } from "../support/config.ts"
import { startSiku } from "../support/siku.ts"
import { sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

/** The status of a reply to a request whose headers are these and no others; `fetch` would not let `host` be set. */
const statusOf = (base: string, path: string, headers: Readonly<Record<string, string>>, method = "GET") =>
  Effect.promise(
    () =>
      new Promise<number | undefined>((resolve, reject) => {
        const { hostname, port } = new URL(base)
        request({ host: hostname, port, path, method, headers, agent: false }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode))
        })
          .on("error", reject)
          .end()
      })
  )

const open = "/v1/models"

describe("who asks from this machine", () => {
  it.live("asks for it by one of its own names", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const { port } = new URL(base)
      for (const host of [
        `127.0.0.1:${port}`,
        `localhost:${port}`,
        `LOCALHOST:${port}`,
        "localhost",
        `[::1]:${port}`
      ]) {
        assert.strictEqual(yield* statusOf(base, open, { host }), 200, host)
      }
    })
  )

  it.live("is nobody that a page got here by a name of its own (DNS rebinding)", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const { port } = new URL(base)
      for (const name of [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io",
        "evil.example@localhost",
        "0x7f000001",
        "2130706433",
        ""
      ]) {
        const host = `${name}:${port}`
        assert.strictEqual(yield* statusOf(base, open, { host }), 401, host)
        const authorization = `Bearer ${adminKey}`
        assert.strictEqual(yield* statusOf(base, open, { host, authorization }), 200, host)
      }
    })
  )

  it.live("is nobody whose request was passed on, whatever it says it came from", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const { host } = new URL(base)
      for (const passedOn of ["203.0.113.9", "127.0.0.1", "::1", "", "localhost, 127.0.0.1"]) {
        assert.strictEqual(yield* statusOf(base, open, { host, "x-forwarded-for": passedOn }), 401, passedOn)
      }
      assert.strictEqual(yield* statusOf(base, open, { host, forwarded: "for=127.0.0.1" }), 401)
      assert.strictEqual(yield* statusOf(base, open, { host, "x-real-ip": "127.0.0.1" }), 401)
    })
  )

  it.live("may manage nothing without a key, by any method or way of writing the path", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const { host } = new URL(base)
      for (const path of ["/api/v1/providers", "/api/v1/providers/", "/api/v1/%70roviders", "/api/v1/calls?x=1"]) {
        for (const method of ["GET", "HEAD"]) {
          const status = yield* statusOf(base, path, { host }, method)
          assert.include([401, 404], status, `${method} ${path}`)
        }
      }
      assert.strictEqual(yield* statusOf(base, "/api/v1/calls", { host }, "HEAD"), 401)
      assert.strictEqual(yield* statusOf(base, "/v1/models/a/b/c", { host, "x-forwarded-for": "a" }), 401)
    })
  )
})

describe("the service as a process", () => {
  it.live("does not start for other machines with authentication off, and says what to do", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const off = { SIKU_SECURITY_AUTHENTICATION: "off" }
      const exposed = yield* sikuProcess(["--home", home, "--port", "0", "--host", "0.0.0.0"], off)
      const { code } = yield* Effect.promise(() => exposed.ended)
      assert.strictEqual(code, 1)
      assert.notInclude(exposed.output(), "ready")
      assert.match(
        exposed.errors(),
        /security\.authentication\n\s+from\s+environment variable SIKU_SECURITY_AUTHENTICATION/
      )
      assert.match(exposed.errors(), /other machines reach Siku at 0\.0\.0\.0/)
      assert.match(exposed.errors(), /remedy .*server\.host 127\.0\.0\.1/)
      const here = yield* sikuProcess(["--home", home, "--port", "0"], off)
      const base = yield* Effect.promise(() => here.base)
      assert.strictEqual(yield* statusOf(base, open, { host: "evil.example" }), 200)
      assert.strictEqual(yield* statusOf(base, "/api/v1/calls", { host: "evil.example" }), 401)
    })
  )
})

describe("what is left of a limit", () => {
  it.live("is told in every reply to who has one, and in the one that refuses", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ set: ["rate_limit.per_minute=2"] })
      const ask = Effect.promise(() => fetch(`${base}${open}`, { headers: { authorization: `Bearer ${adminKey}` } }))
      const replies = [yield* ask, yield* ask, yield* ask]
      assert.deepStrictEqual(
        replies.map(({ headers, status }) => [
          status,
          headers.get("ratelimit-limit"),
          headers.get("ratelimit-remaining")
        ]),
        [
          [200, "2", "1"],
          [200, "2", "0"],
          [429, "2", "0"]
        ]
      )
      assert.isAbove(Number(replies[2]?.headers.get("retry-after")), 0)
    })
  )
})

// Who asks without a key, through what, by which name: the bytes as proxies on the same machine send them. `npm run exposure` tries the same
// through the real programs.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { attempts, exchange, isRefusal, type Manner, requestOf } from "../../scripts/exposure/Attempt.ts"
import { adminKey } from "../support/config.ts"
import { startSiku } from "../support/siku.ts"
import { sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

const publicName = "siku.example.org"

/** What arrives, by what passed it on, for the service at a port. */
const forms: ReadonlyArray<readonly [name: string, (port: number) => Manner]> = [
  ["nginx, old defaults", (port) => ({ version: "1.0", host: `127.0.0.1:${port}`, headers: ["Connection: close"] })],
  ["nginx, HTTP/1.1", (port) => ({ version: "1.1", host: `127.0.0.1:${port}`, headers: ["Connection: close"] })],
  ["nginx, defaults since 1.29.7", (port) => ({ version: "1.1", host: `127.0.0.1:${port}` })],
  ["nginx, the same to localhost", (port) => ({ version: "1.1", host: `localhost:${port}` })],
  ["nginx, to a name of its own", () => ({ version: "1.1", host: "siku_upstream" })],
  ["haproxy or a forwarder, no Host", () => ({ version: "1.0", host: undefined })],
  ["haproxy or a forwarder, no Host by HTTP/1.1", () => ({ version: "1.1", host: undefined })],
  ["haproxy or a forwarder, localhost", () => ({ version: "1.1", host: "localhost" })],
  ["haproxy or a forwarder, the public name", () => ({ version: "1.1", host: publicName })],
  ["a proxy that says so", (port) => ({ version: "1.1", host: `127.0.0.1:${port}`, headers: ["X-Real-IP: 127.0.0.1"] })]
]

const portOf = (base: string): number => Number(new URL(base).port)

/** The routes that are reached without a key, in each form. */
const reachedAt = (port: number) =>
  Effect.forEach(forms, ([name, mannerOf]) =>
    Effect.forEach(
      attempts,
      (attempt) =>
        Effect.map(exchange(port, requestOf(attempt, mannerOf(port))), (reply) =>
          isRefusal(attempt, reply) ? [] : [`${name}: ${attempt.method} ${attempt.path} ${reply?.status}`]
        ),
      { concurrency: 16 }
    )
  ).pipe(Effect.map((found) => found.flat(2)))

const saying: ReadonlyArray<readonly [what: string, set: ReadonlyArray<string>]> = [
  ["by which address clients come", [`server.public_url=https://${publicName}`]],
  ["which proxy is trusted", ["server.trusted_proxies=127.0.0.1"]],
  ["that other machines reach it", ["server.host=0.0.0.0"]]
]

describe("whoever says", { timeout: 60_000 }, () => {
  for (const [what, set] of saying) {
    it.live(`${what} has nobody without a key let in, whatever stands before the service`, () =>
      Effect.gen(function* () {
        const port = portOf(yield* startSiku({ set }))
        assert.deepStrictEqual(yield* reachedAt(port), [])
        const headers = [`Authorization: Bearer ${adminKey}`]
        for (const [name, mannerOf] of forms) {
          const manner = mannerOf(port)
          if (manner.host === undefined) continue
          const bytes = requestOf({ method: "GET", path: "/v1/models" }, { ...manner, headers })
          assert.strictEqual((yield* exchange(port, bytes))?.status, 200, name)
        }
      })
    )
  }

  it.live("nothing at all asks from this machine without a key, as before", () =>
    Effect.gen(function* () {
      const port = portOf(yield* startSiku())
      const statusOf = (manner: Manner) =>
        Effect.map(exchange(port, requestOf({ method: "GET", path: "/v1/models" }, manner)), (reply) => reply?.status)
      for (const host of ["localhost", `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
        assert.strictEqual(yield* statusOf({ version: "1.1", host }), 200, host)
      // What shows that it was passed on is not from this machine, though nothing was set up.
      for (const manner of [
        { version: "1.0", host: `127.0.0.1:${port}` },
        { version: "1.1", host: publicName },
        ...["Via: 1.1 x", "X-Forwarded-For: 127.0.0.1", "X-NginX-Proxy: true", "CF-Ray: 1"].map((header) => ({
          version: "1.1" as const,
          host: "localhost",
          headers: [header]
        }))
      ] as const)
        assert.strictEqual(yield* statusOf(manner), 401, JSON.stringify(manner))
    })
  )

  it.live("that programs of this machine need no key is heard, but the public name is none of this machine", () =>
    Effect.gen(function* () {
      const set = [`server.public_url=https://${publicName}`, "security.authentication=local"]
      const port = portOf(yield* startSiku({ set }))
      const statusOf = (host: string) =>
        Effect.map(
          exchange(port, requestOf({ method: "GET", path: "/v1/models" }, { version: "1.1", host })),
          (reply) => reply?.status
        )
      assert.strictEqual(yield* statusOf(`127.0.0.1:${port}`), 200)
      assert.strictEqual(yield* statusOf(publicName), 401)
      assert.strictEqual(yield* statusOf(`${publicName}:${port}`), 401)
    })
  )
})

describe("the service as a process", { timeout: 60_000 }, () => {
  it.live("says once that something passes requests on which the settings do not know of, and nothing of its own", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const siku = yield* sikuProcess(["--home", home, "--port", "0"])
      const port = portOf(yield* Effect.promise(() => siku.base))
      const models = (manner: Manner) => exchange(port, requestOf({ method: "GET", path: "/v1/models" }, manner))
      const said = () => siku.output().split("with signs of a proxy").length - 1
      for (const [, mannerOf] of forms.slice(1, 4)) yield* models(mannerOf(port))
      for (let n = 0; n < 3; n++) yield* models({ version: "1.1", host: publicName })
      yield* models({ version: "1.0", host: `127.0.0.1:${port}` })
      siku.child.kill("SIGTERM")
      yield* Effect.promise(() => siku.ended)
      assert.strictEqual(said(), 1)
      assert.match(
        siku.output(),
        /needed a key\. If others are to come that way, set server\.public_url.*"level":"WARN"/
      )
    })
  )

  it.live("says at its start who can reach it, who needs a key, and where that ends", () =>
    Effect.gen(function* () {
      for (const [settings, sentence] of [
        [{}, /only this machine reaches Siku at 127\.0\.0\.1, and its programs need no key\..*set server\.public_url/],
        [{ HOST: "0.0.0.0" }, /other machines reach Siku at 0\.0\.0\.0 .*everybody needs a key/],
        [
          { SIKU_SERVER_PUBLIC_URL: "https://siku.example", SIKU_SECURITY_AUTHENTICATION: "local" },
          /clients come by https:\/\/siku\.example .*programs of this machine need no key.*"level":"WARN"/
        ]
      ] as ReadonlyArray<readonly [Record<string, string>, RegExp]>) {
        const home = yield* temporaryHome
        const siku = yield* sikuProcess(["--home", home, "--port", "0"], settings)
        yield* Effect.promise(() => siku.base)
        siku.child.kill("SIGTERM")
        yield* Effect.promise(() => siku.ended)
        assert.match(siku.output().replaceAll('\\"', '"'), sentence)
      }
    })
  )
})

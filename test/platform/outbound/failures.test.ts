import { Socket } from "node:net"
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { errors } from "undici"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { Outbound } from "../../../src/platform/Outbound.ts"
import { proxyFailure } from "../../../src/platform/outbound/ProxyFailed.ts"
import { connected } from "../../../src/platform/outbound/sockets.ts"
import { httpProxy, silentServer, socksProxy, tlsInFrontOf } from "../../support/proxies.ts"
import { ask, type CallFailed, kinds, network, outbound, proxyUrl, targets, ways } from "./calls.ts"

/** A port nobody listens on. */
const deadPort = Effect.scoped(Effect.map(silentServer(), ({ port }) => port))

/** How a call fails: the words about the proxy, if it is to blame, and the code of the cause. */
const explain = ({ cause, error }: CallFailed) => {
  assert.notInclude(inspect(error, { depth: Number.POSITIVE_INFINITY }), "canary")
  assert.instanceOf(cause, Error)
  return { proxy: proxyFailure(cause), code: "code" in cause ? cause.code : undefined, message: cause.message }
}

for (const { by, callerFor } of ways)
  describe(`by ${by}`, () => {
    const failure = (url: string, proxy: Redacted.Redacted | "direct") =>
      Effect.gen(function* () {
        const client = yield* Effect.flatMap(outbound(), (out) => callerFor(out, url, proxy))
        return explain(yield* Effect.flip(ask(client, url)))
      })

    for (const kind of kinds)
      describe(`a proxy of ${kind.scheme}://`, () => {
        for (const target of targets)
          it.live(`that wants other credentials is to blame for what does not reach ${target.name}`, () =>
            Effect.gen(function* () {
              const server = yield* upstream()
              const url = yield* target.urlOf(server)
              const proxy = yield* kind.start({ credentials: "a:b" })
              const label = `the proxy ${kind.scheme}://127.0.0.1:${proxy.port}`
              const wrong = yield* failure(url, proxyUrl(kind.scheme, proxy.port, "a:canary"))
              assert.isTrue(wrong.proxy?.startsWith(`${label} refused the user name and password`), wrong.proxy)
              assert.notInclude(wrong.proxy, "canary")
              const missing = yield* failure(url, proxyUrl(kind.scheme, proxy.port))
              assert.isTrue(missing.proxy?.startsWith(label), missing.proxy)
              assert.include(missing.proxy, "user name and password")
              assert.strictEqual(missing.code, "ERR_PROXY")
              assert.deepStrictEqual([proxy.seen().turnedAway, server.calls], [2, 0])
              yield* proxy.when(({ openSockets }) => openSockets === 0)
            })
          )

        it.live("that is not there is to blame", () =>
          Effect.gen(function* () {
            const port = yield* deadPort
            const { proxy } = yield* failure("https://models.test/v1", proxyUrl(kind.scheme, port, "a:canary"))
            const label = `${kind.scheme}://127.0.0.1:${port}`
            assert.strictEqual(proxy, `the proxy ${label} cannot be reached: the connection was refused`)
          })
        )

        it.live("that cannot reach the target says so", () =>
          Effect.gen(function* () {
            const proxy = yield* kind.start()
            const port = yield* deadPort
            const { proxy: words } = yield* failure(`https://localhost:${port}/v1`, proxyUrl(kind.scheme, proxy.port))
            const why = kind.scheme.startsWith("http")
              ? `refused a connection to localhost:${port}: 502 Bad Gateway`
              : `made no connection to localhost:${port}: the connection was refused`
            assert.strictEqual(words, `the proxy ${kind.scheme}://127.0.0.1:${proxy.port} ${why}`)
            yield* proxy.when(({ openSockets }) => openSockets === 0)
          })
        )

        it.live("that does not allow the target says so", () =>
          Effect.gen(function* () {
            const isHttp = kind.scheme.startsWith("http")
            const proxy = yield* kind.start({ refusal: isHttp ? 403 : 2 })
            const { proxy: words } = yield* failure("https://models.test/v1", proxyUrl(kind.scheme, proxy.port))
            assert.include(
              words,
              isHttp ? "models.test:443: 403 Forbidden" : "models.test:443: its rules do not allow it"
            )
          })
        )

        it.live("that hangs up before there is a connection is to blame", () =>
          Effect.gen(function* () {
            const proxy = yield* kind.start({ refusal: "hang-up" })
            const { proxy: words } = yield* failure(
              "https://models.test/v1",
              proxyUrl(kind.scheme, proxy.port, "a:canary")
            )
            const label = `the proxy ${kind.scheme}://127.0.0.1:${proxy.port}`
            assert.isTrue(words?.startsWith(`${label} closed the connection to models.test:443`), words)
            yield* proxy.when(({ openSockets }) => openSockets === 0)
          })
        )

        it.live("is told a target that has only an address", () =>
          Effect.gen(function* () {
            const isHttp = kind.scheme.startsWith("http")
            const proxy = yield* kind.start({ refusal: isHttp ? 403 : 8 })
            const { proxy: words } = yield* failure("https://[2001:DB8::7:1]:99", proxyUrl(kind.scheme, proxy.port))
            assert.deepStrictEqual(proxy.seen().tunnels, [isHttp ? "[2001:db8::7:1]:99" : "2001:db8:0:0:0:0:7:1:99"])
            assert.include(words, " connection to [2001:db8::7:1]:99: ")
          })
        )

        it.live("is not to blame for a target whose certificate nobody vouches for", () =>
          Effect.gen(function* () {
            const server = yield* upstream()
            const front = yield* tlsInFrontOf(server.port)
            const proxy = yield* kind.start()
            // A name the certificate does not hold.
            const reached = yield* failure(`https://models.test:${front.port}/v1`, proxyUrl(kind.scheme, proxy.port))
            assert.deepStrictEqual([reached.proxy, reached.code], [undefined, "ERR_TLS_CERT_ALTNAME_INVALID"])
            yield* proxy.when(({ openSockets }) => openSockets === 0)
          })
        )

        it.live("is not to blame for a target that breaks off", () =>
          Effect.gen(function* () {
            const server = yield* upstream({ fallback: { kind: "resetOnConnect" } })
            const proxy = yield* kind.start()
            const url = yield* targets[1].urlOf(server)
            assert.isUndefined((yield* failure(url, proxyUrl(kind.scheme, proxy.port))).proxy)
          })
        )

        it.effect("that gives no connection in time is to blame, and let go", () =>
          Effect.gen(function* () {
            const proxy = yield* kind.start({ refusal: "silence" })
            const call = yield* Effect.forkChild(
              failure("https://models.test/v1", proxyUrl(kind.scheme, proxy.port, "a:canary"))
            )
            yield* proxy.when(({ tunnels }) => tunnels.length === 1)
            yield* TestClock.adjust("9999 millis")
            assert.isUndefined(call.pollUnsafe())
            yield* TestClock.adjust("1 millis")
            const { code, proxy: words } = yield* Fiber.join(call)
            const label = `${kind.scheme}://127.0.0.1:${proxy.port}`
            assert.strictEqual(words, `the proxy ${label} made no connection to models.test:443 in 10s`)
            assert.strictEqual(code, "UND_ERR_CONNECT_TIMEOUT")
            yield* proxy.when(({ openSockets }) => openSockets === 0)
          })
        )

        it.effect("is not to blame for a target that does not speak TLS in time", () =>
          Effect.gen(function* () {
            const target = yield* silentServer()
            const proxy = yield* kind.start()
            const call = yield* Effect.forkChild(
              failure(`https://localhost:${target.port}/v1`, proxyUrl(kind.scheme, proxy.port))
            )
            // The proxy has done its part.
            yield* proxy.when(({ openTargets }) => openTargets === 1)
            yield* target.when(({ greetings }) => greetings === 1)
            yield* TestClock.adjust("10 seconds")
            const { code, proxy: words } = yield* Fiber.join(call)
            assert.deepStrictEqual([words, code], [undefined, "UND_ERR_CONNECT_TIMEOUT"])
            yield* proxy.when(({ openSockets, openTargets }) => openSockets === 0 && openTargets === 0)
          })
        )
      })

    describe("a proxy", () => {
      it.live("whose certificate nobody vouches for is to blame", () =>
        Effect.gen(function* () {
          const proxy = yield* httpProxy({ tls: true })
          const out = yield* Outbound.make(network())
          const client = yield* callerFor(out, "https://models.test", proxyUrl("https", proxy.port, "a:canary"))
          const { proxy: words } = explain(yield* Effect.flip(ask(client, "https://models.test")))
          const label = `https://127.0.0.1:${proxy.port}`
          assert.isTrue(
            words?.startsWith(`the proxy ${label} cannot be spoken to by TLS: self-signed certificate`),
            words
          )
          assert.deepStrictEqual(proxy.seen().tunnels, [])
        })
      )

      it.live("that speaks something else is to blame", () =>
        Effect.gen(function* () {
          const http = yield* httpProxy()
          const https = yield* httpProxy({ tls: true })
          const words = (scheme: string, port: number) =>
            Effect.map(failure("https://models.test", proxyUrl(scheme, port)), ({ proxy }) => proxy)
          assert.include(yield* words("https", http.port), "cannot be spoken to by TLS: ERR_SSL_")
          assert.include(yield* words("socks5", http.port), "does not speak SOCKS 5")
          assert.include(yield* words("http", https.port), "closed the connection to models.test:443")
        })
      )

      for (const nonsense of ["HTTP/1.1 fine\r\n\r\n", "x".repeat(70_000)])
        it.live(`that says ${nonsense.slice(0, 13).trim()}… is to blame`, () =>
          Effect.gen(function* () {
            const server = yield* silentServer(nonsense)
            const { proxy } = yield* failure("https://models.test", proxyUrl("http", server.port))
            assert.include(proxy, "does not speak HTTP")
            yield* server.when(({ openSockets }) => openSockets === 0)
          })
        )

      it.live("that wants credentials of another kind is to blame", () =>
        Effect.gen(function* () {
          const { port } = yield* silentServer("\u0005\u0001")
          const words = (credentials?: string) =>
            Effect.map(failure("https://models.test", proxyUrl("socks5", port, credentials)), ({ proxy }) => proxy)
          assert.include(yield* words(), "asks for a user name and password")
          assert.include(yield* words("a:canary"), "does not take a user name and password")
        })
      )

      const long = `canary${"ä".repeat(125)}`
      for (const credentials of [`${long}:b`, `a:${long}`])
        it.live(`by SOCKS cannot be told credentials as long as ${credentials.slice(0, 8)}…`, () =>
          Effect.gen(function* () {
            const { port } = yield* socksProxy({ credentials })
            const { proxy } = yield* failure("https://models.test", proxyUrl("socks5", port, encodeURI(credentials)))
            assert.include(proxy, "has a user name or password of more than 255 bytes")
          })
        )

      it.live("by SOCKS cannot be told a host name that is too long", () =>
        Effect.gen(function* () {
          const { port } = yield* socksProxy()
          const host = `${"a.".repeat(126)}test`
          const { proxy } = yield* failure(`https://${host}`, proxyUrl("socks5", port))
          assert.include(proxy, "cannot be told a host name of more than 255 bytes")
        })
      )

      it.live("may be asked to forward to a target that fails in its own name", () =>
        Effect.gen(function* () {
          const server = yield* upstream({ fallback: { kind: "status", status: 503 } })
          const proxy = yield* httpProxy()
          const client = yield* Effect.flatMap(outbound(), (out) =>
            callerFor(out, server.url, proxyUrl("http", proxy.port))
          )
          assert.strictEqual((yield* ask(client, server.url)).status, 503)
        })
      )

      for (const address of [
        "ftp://canary@a.org",
        "canary",
        "7890",
        "http://",
        "socks5://",
        "http://can%ary:%zz@a.org"
      ])
        it.live(`with an address like ${address} fails every call and tells nothing of it`, () =>
          Effect.gen(function* () {
            const { proxy } = yield* failure("https://models.test", Redacted.make(address))
            assert.isTrue(proxy?.startsWith("the proxy has an address that is not of the form"), proxy)
            assert.notInclude(proxy, "canary")
          })
        )
    })

    describe("a target without a proxy", () => {
      const late = Object.assign(new Error("late"), { code: "ETIMEDOUT" })
      for (const error of [late, new AggregateError([new Error("refused"), late])])
        it.effect(`that the system waited for too long is late as one that we did (${error.name})`, () =>
          Effect.gen(function* () {
            const socket = new Socket()
            const waiting = yield* Effect.forkChild(Effect.flip(connected(socket, { host: "::1", port: 80 })), {
              startImmediately: true
            })
            socket.destroy(error)
            const failed = yield* Fiber.join(waiting)
            assert.instanceOf(failed, errors.ConnectTimeoutError)
            assert.strictEqual(failed.message, "no connection to [::1]:80")
          })
        )

      it.live("that is not there fails in its own name", () =>
        Effect.gen(function* () {
          const port = yield* deadPort
          const { code, proxy } = yield* failure(`http://127.0.0.1:${port}`, "direct")
          assert.deepStrictEqual([proxy, code], [undefined, "ECONNREFUSED"])
        })
      )

      it.effect("that does not speak TLS in time is let go", () =>
        Effect.gen(function* () {
          const target = yield* silentServer()
          const call = yield* Effect.forkChild(failure(`https://127.0.0.1:${target.port}`, "direct"))
          yield* target.when(({ greetings }) => greetings === 1)
          yield* TestClock.adjust("10 seconds")
          const { code, message, proxy } = yield* Fiber.join(call)
          assert.deepStrictEqual([proxy, code], [undefined, "UND_ERR_CONNECT_TIMEOUT"])
          assert.strictEqual(message, `no connection to 127.0.0.1:${target.port} in 10s`)
          yield* target.when(({ openSockets }) => openSockets === 0)
        })
      )
    })
  })

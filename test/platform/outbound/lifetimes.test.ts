import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import type { Fault } from "../../../scripts/upstream/Faults.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { httpProxy, silentServer, socksProxy } from "../../support/proxies.ts"
import { ask, kinds, outbound, proxyUrl, targets, ways } from "./calls.ts"

/** Far above what a closed socket takes to be noticed, far below any time-out there is. */
const soon = <A>(waiting: Effect.Effect<A>) => Effect.timeout(waiting, "2 seconds")

const stalls: ReadonlyArray<readonly [string, Fault]> = [
  ["before the reply", { kind: "stallBeforeHeaders" }],
  ["in the midst of a stream", { kind: "stallMidBody" }]
]

const routes = [
  { scheme: "direct", start: () => Effect.succeed(undefined) },
  ...kinds.map(({ scheme, start }) => ({ scheme, start: () => start() }))
]

for (const { by, callerFor } of ways)
  describe(`by ${by}`, () => {
    for (const way of routes)
      describe(`a call that is interrupted, by ${way.scheme}`, () => {
        for (const target of targets)
          for (const [when, fallback] of stalls)
            it.live(`closes every socket to ${target.name} ${when}`, () =>
              Effect.gen(function* () {
                const server = yield* upstream({ fallback })
                const url = yield* target.urlOf(server)
                const proxy = yield* way.start()
                const choice = proxy === undefined ? "direct" : proxyUrl(way.scheme, proxy.port)
                const client = yield* Effect.flatMap(outbound(), (out) => callerFor(out, url, choice))
                const call = yield* Effect.forkChild(ask(client, url, true))
                yield* Effect.promise(() => server.when(({ active }) => active === 1))
                yield* Fiber.interrupt(call)
                yield* soon(Effect.promise(() => server.when(({ openSockets }) => openSockets === 0)))
                if (proxy !== undefined)
                  yield* soon(proxy.when(({ openSockets, openTargets }) => openSockets + openTargets === 0))
              })
            )
      })

    for (const kind of kinds)
      describe(`a call that is interrupted before ${kind.scheme}:// has made a connection`, () => {
        it.live("closes the socket to the proxy", () =>
          Effect.gen(function* () {
            const proxy = yield* kind.start({ refusal: "silence" })
            const client = yield* Effect.flatMap(outbound(), (out) =>
              callerFor(out, "https://models.test", proxyUrl(kind.scheme, proxy.port))
            )
            const call = yield* Effect.forkChild(ask(client, "https://models.test"))
            yield* proxy.when(({ tunnels }) => tunnels.length === 1)
            yield* Fiber.interrupt(call)
            yield* soon(proxy.when(({ openSockets }) => openSockets === 0))
          })
        )

        it.live("closes the socket to a target that is slow at TLS", () =>
          Effect.gen(function* () {
            const target = yield* silentServer()
            const proxy = yield* kind.start()
            const url = `https://localhost:${target.port}`
            const client = yield* Effect.flatMap(outbound(), (out) =>
              callerFor(out, url, proxyUrl(kind.scheme, proxy.port))
            )
            const call = yield* Effect.forkChild(ask(client, url))
            yield* target.when(({ greetings }) => greetings === 1)
            yield* Fiber.interrupt(call)
            yield* soon(target.when(({ openSockets }) => openSockets === 0))
            yield* soon(proxy.when(({ openSockets }) => openSockets === 0))
          })
        )
      })

    describe("a connection that is being made", () => {
      it.live("is given up with the call it was for, without a proxy too", () =>
        Effect.gen(function* () {
          const target = yield* silentServer()
          const url = `https://localhost:${target.port}`
          const client = yield* Effect.flatMap(outbound(), (out) => callerFor(out, url, "direct"))
          const call = yield* Effect.forkChild(ask(client, url))
          const other = yield* Effect.forkChild(ask(client, url))
          yield* target.when(({ greetings }) => greetings === 2)
          yield* Fiber.interrupt(call)
          yield* soon(target.when(({ openSockets }) => openSockets === 1))
          assert.isUndefined(other.pollUnsafe())
        })
      )

      it.live("is given up when the service ends", () =>
        Effect.gen(function* () {
          const target = yield* silentServer()
          const proxy = yield* socksProxy({ refusal: "silence" })
          const url = `https://localhost:${target.port}`
          const service = yield* Scope.make()
          const out = yield* Scope.provide(outbound(), service)
          for (const way of ["direct" as const, proxyUrl("socks5", proxy.port)])
            yield* Effect.forkChild(Effect.exit(Effect.flatMap(callerFor(out, url, way), (client) => ask(client, url))))
          yield* target.when(({ greetings }) => greetings === 1)
          yield* proxy.when(({ tunnels }) => tunnels.length === 1)
          yield* soon(Scope.close(service, Exit.void))
          yield* soon(target.when(({ openSockets }) => openSockets === 0))
          yield* soon(proxy.when(({ openSockets }) => openSockets === 0))
        })
      )
    })

    describe("the connections of a proxy", () => {
      it.effect("are kept for a minute after the last call, for the next one", () =>
        Effect.gen(function* () {
          const server = yield* upstream()
          const proxy = yield* httpProxy()
          const out = yield* outbound()
          const call = Effect.scoped(
            Effect.flatMap(callerFor(out, server.url, proxyUrl("http", proxy.port)), (client) =>
              ask(client, server.url)
            )
          )
          yield* call
          yield* TestClock.adjust("59 seconds")
          assert.strictEqual(proxy.seen().openSockets, 1)
          yield* call
          yield* TestClock.adjust("59 seconds")
          assert.deepStrictEqual([proxy.seen().openSockets, proxy.seen().sockets], [1, 1])
          yield* TestClock.adjust("1 seconds")
          yield* proxy.when(({ openSockets }) => openSockets === 0)
          yield* call
          assert.strictEqual(proxy.seen().sockets, 2)
        })
      )

      it.effect("are kept while a call goes on, however long", () =>
        Effect.gen(function* () {
          const server = yield* upstream({ fallback: { kind: "stallMidBody" } })
          const proxy = yield* socksProxy()
          const out = yield* outbound()
          const call = yield* Effect.forkChild(
            Effect.scoped(
              Effect.flatMap(callerFor(out, server.url, proxyUrl("socks5", proxy.port)), (client) =>
                ask(client, server.url, true)
              )
            )
          )
          yield* Effect.promise(() => server.when(({ active }) => active === 1))
          yield* TestClock.adjust("1 hour")
          // Another proxy comes and goes meanwhile.
          yield* Effect.scoped(callerFor(out, server.url, proxyUrl("http", proxy.port)))
          yield* TestClock.adjust("1 hour")
          assert.isUndefined(call.pollUnsafe())
          assert.deepStrictEqual([proxy.seen().openSockets, server.active], [1, 1])
          yield* Fiber.interrupt(call)
          yield* proxy.when(({ openSockets }) => openSockets === 0)
        })
      )

      it.live("are closed with the service, and so are those without a proxy", () =>
        Effect.gen(function* () {
          const server = yield* upstream()
          const proxy = yield* httpProxy()
          const service = yield* Scope.make()
          const out = yield* Scope.provide(outbound(), service)
          for (const way of ["direct" as const, proxyUrl("http", proxy.port)])
            yield* Effect.scoped(Effect.flatMap(callerFor(out, server.url, way), (client) => ask(client, server.url)))
          assert.deepStrictEqual([server.answered, proxy.seen().openSockets], [2, 1])
          yield* Scope.close(service, Exit.void)
          yield* soon(proxy.when(({ openSockets }) => openSockets === 0))
          yield* soon(Effect.promise(() => server.when(({ openSockets }) => openSockets === 0)))
        })
      )
    })
  })

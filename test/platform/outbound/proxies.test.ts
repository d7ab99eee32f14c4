import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Redacted, Stream } from "effect"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { proxyFailure } from "../../../src/platform/outbound/ProxyFailed.ts"
import { httpProxy, socksProxy } from "../../support/proxies.ts"
import { ask, kinds, opened, outbound, proxyUrl, targets, ways } from "./calls.ts"

const name = "us er@x"
const password = "p%ss/wörd:2"
const credentials = `${name}:${password}`
const encoded = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`

// undici takes a connection back on the turn after the one that ended the reply.
const connectionFreed = Effect.yieldNow

for (const { by, callerFor } of ways)
  describe(`by ${by}`, () => {
    describe("a call without a proxy", () => {
      for (const target of targets)
        it.live(`reaches ${target.name}, and the next one takes the same connection`, () =>
          Effect.gen(function* () {
            const server = yield* upstream({ answer: () => ({ content: "2" }) })
            const url = yield* target.urlOf(server)
            const client = yield* Effect.flatMap(outbound(), (out) => callerFor(out, url, undefined))
            for (const _ of [1, 2]) {
              assert.include((yield* ask(client, url)).text, '"2"')
              yield* connectionFreed
            }
            assert.deepStrictEqual([server.calls, server.openSockets], [2, 1])
          })
        )

      it.live("is one of a thousand streams at once", () =>
        Effect.gen(function* () {
          const server = yield* upstream({ fallback: { kind: "stallMidBody" } })
          const client = yield* Effect.flatMap(outbound(), (out) => callerFor(out, server.url, undefined))
          const calls = yield* Effect.forkChild(
            Effect.forEach(Arr.range(1, 1000), () => ask(client, server.url, true), { concurrency: "unbounded" })
          )
          yield* Effect.promise(() => server.when(({ active }) => active === 1000))
          assert.isUndefined(calls.pollUnsafe())
        })
      )

      it.live("tells nobody of the trace it belongs to", () =>
        Effect.gen(function* () {
          const server = yield* upstream()
          const proxy = yield* httpProxy()
          const out = yield* outbound()
          for (const way of ["direct" as const, proxyUrl("http", proxy.port)]) {
            const client = yield* callerFor(out, server.url, way)
            yield* Effect.withSpan(ask(client, server.url), "asking")
          }
          assert.lengthOf(server.requests, 2)
          for (const { headers } of server.requests) assert.doesNotHaveAnyKeys(headers, ["traceparent", "b3"])
        })
      )
    })

    for (const kind of kinds)
      describe(`a call through a proxy of ${kind.scheme}://`, () => {
        for (const target of targets) {
          it.live(`reaches ${target.name}, and the next one takes the same connection`, () =>
            Effect.gen(function* () {
              const server = yield* upstream({ answer: () => ({ content: "2" }) })
              const proxy = yield* kind.start()
              const url = yield* target.urlOf(server)
              const out = yield* outbound()
              for (const _ of [1, 2]) {
                const client = yield* callerFor(out, url, proxyUrl(kind.scheme, proxy.port))
                const { status, text } = yield* ask(client, url)
                assert.strictEqual(status, 200)
                assert.include(text, '"2"')
                yield* connectionFreed
              }
              const { forwarded, sockets, tunnels } = proxy.seen()
              const { host } = new URL(url)
              assert.strictEqual(sockets, 1)
              if (kind.scheme.startsWith("http") && url.startsWith("http:"))
                assert.deepStrictEqual([tunnels, forwarded], [[], Arr.makeBy(2, () => `${url}/chat/completions`)])
              else assert.deepStrictEqual([tunnels, forwarded], [[host], []])
            })
          )

          it.live(`shows the proxy its credentials, and ${target.name} none of them`, () =>
            Effect.gen(function* () {
              const server = yield* upstream()
              const proxy = yield* kind.start({ credentials })
              const url = yield* target.urlOf(server)
              const client = yield* Effect.flatMap(outbound(), (out) =>
                callerFor(out, url, proxyUrl(kind.scheme, proxy.port, encoded))
              )
              assert.strictEqual((yield* ask(client, url)).status, 200)
              assert.strictEqual(proxy.seen().turnedAway, 0)
              assert.notProperty(server.requests[0]?.headers, "proxy-authorization")
            })
          )

          it.live(`gets a stream from ${target.name} piece by piece`, () =>
            Effect.gen(function* () {
              const server = yield* upstream({ fallback: { kind: "stallMidBody" } })
              const proxy = yield* kind.start()
              const url = yield* target.urlOf(server)
              const client = yield* Effect.flatMap(outbound(), (out) =>
                callerFor(out, url, proxyUrl(kind.scheme, proxy.port))
              )
              // The upstream never ends this stream: what is read here came before the end.
              const first = yield* opened(client, url, true).pipe(
                Effect.flatMap(({ body }) => Stream.runHead(Stream.decodeText(body))),
                Effect.flatMap(Effect.fromOption),
                Effect.scoped
              )
              assert.isTrue(first.startsWith("data: {"), first)
              yield* Effect.promise(() => server.when(({ openSockets }) => openSockets === 0))
            })
          )

          it.live(`is one of two hundred at once to ${target.name}`, () =>
            Effect.gen(function* () {
              const server = yield* upstream({ answer: () => ({ content: "2" }), latencyMs: 50 })
              const proxy = yield* kind.start({ credentials })
              const url = yield* target.urlOf(server)
              const out = yield* outbound()
              const replies = yield* Effect.forEach(
                Arr.range(1, 200),
                () =>
                  Effect.scoped(
                    Effect.flatMap(callerFor(out, url, proxyUrl(kind.scheme, proxy.port, encoded)), (client) =>
                      ask(client, url)
                    )
                  ),
                { concurrency: "unbounded" }
              )
              assert.isTrue(replies.every(({ status, text }) => status === 200 && text.includes('"2"')))
              assert.isAtMost(proxy.seen().sockets, 200)
              assert.strictEqual(server.answered, 200)
            })
          )
        }

        it.live("understands a proxy whose replies come in pieces", () =>
          Effect.gen(function* () {
            const server = yield* upstream()
            const proxy = yield* kind.start({ credentials, trickles: true })
            const url = yield* targets[1].urlOf(server)
            const client = yield* Effect.flatMap(outbound(), (out) =>
              callerFor(out, url, proxyUrl(kind.scheme, proxy.port, encoded))
            )
            assert.strictEqual((yield* ask(client, url)).status, 200)
          })
        )

        it.live("leaves it to the proxy to find the target by its name", () =>
          Effect.gen(function* () {
            const server = yield* upstream()
            const proxy = yield* kind.start()
            const url = `http://models.test:${server.port}/v1`
            const client = yield* Effect.flatMap(outbound(), (out) =>
              callerFor(out, url, proxyUrl(kind.scheme, proxy.port))
            )
            assert.strictEqual((yield* ask(client, url)).status, 200)
            assert.strictEqual(server.requests[0]?.headers.host, `models.test:${server.port}`)
          })
        )
      })

    describe("a proxy's address", () => {
      const forms = [
        { form: "without a scheme is HTTP's", scheme: "", label: "http://", start: httpProxy },
        { form: "of socks:// is SOCKS 5's", scheme: "socks://", label: "socks5://", start: socksProxy }
      ]
      for (const { form, label, scheme, start } of forms)
        it.live(form, () =>
          Effect.gen(function* () {
            const server = yield* upstream()
            const proxy = yield* start({ credentials })
            const url = yield* targets[1].urlOf(server)
            const out = yield* outbound()
            const callWith = (userInfo: string) =>
              Effect.flatMap(
                callerFor(out, url, Redacted.make(`${scheme}${userInfo}127.0.0.1:${proxy.port}`)),
                (client) => ask(client, url)
              )
            assert.strictEqual((yield* callWith(`${encoded}@`)).status, 200)
            assert.deepStrictEqual(proxy.seen().tunnels, [new URL(url).host])
            const failed = yield* Effect.flip(callWith(""))
            assert.include(proxyFailure(failed.cause), `the proxy ${label}127.0.0.1:${proxy.port} `)
          })
        )
    })

    describe("the ways of several calls", () => {
      it.live("are their own, where they have proxies of their own", () =>
        Effect.gen(function* () {
          const server = yield* upstream()
          const [first, second] = [yield* httpProxy(), yield* socksProxy()]
          const out = yield* outbound()
          const routes = [proxyUrl("http", first.port), proxyUrl("socks5", second.port), "direct" as const]
          yield* Effect.forEach(
            routes,
            (way) => Effect.flatMap(callerFor(out, server.url, way), (client) => ask(client, server.url)),
            { concurrency: "unbounded" }
          )
          assert.strictEqual(server.answered, 3)
          assert.lengthOf(first.seen().forwarded, 1)
          assert.lengthOf(second.seen().tunnels, 1)
        })
      )

      it.live("are the network's for hosts that are neither exempt nor this machine", () =>
        Effect.gen(function* () {
          const server = yield* upstream()
          const proxy = yield* httpProxy()
          const out = yield* outbound({ proxy: proxyUrl("http", proxy.port), noProxy: ["exempt.test"] })
          const status = (host: string) =>
            Effect.gen(function* () {
              const url = `http://${host}:${server.port}/v1`
              return (yield* ask(yield* callerFor(out, url, undefined), url)).status
            }).pipe(Effect.scoped)
          assert.strictEqual(yield* status("models.test"), 200)
          assert.lengthOf(proxy.seen().forwarded, 1)
          assert.strictEqual(yield* status("127.0.0.1"), 200)
          // Only the proxy knows this name.
          yield* Effect.flip(status("exempt.test"))
          assert.lengthOf(proxy.seen().forwarded, 1)
        })
      )

      it.live("part where the network has a proxy for each scheme", () =>
        Effect.gen(function* () {
          const [plain, secure] = [yield* httpProxy(), yield* httpProxy()]
          const out = yield* outbound({
            httpProxy: proxyUrl("http", plain.port),
            httpsProxy: proxyUrl("http", secure.port)
          })
          for (const url of ["http://nobody.test:1", "https://nobody.test:1"])
            yield* Effect.exit(Effect.flatMap(callerFor(out, url, undefined), (client) => ask(client, url)))
          assert.deepStrictEqual([plain.seen().forwarded.length, plain.seen().tunnels.length], [1, 0])
          assert.deepStrictEqual([secure.seen().forwarded.length, secure.seen().tunnels.length], [0, 1])
        })
      )
    })
  })

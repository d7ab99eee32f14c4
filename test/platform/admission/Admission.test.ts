import { once } from "node:events"
import { createServer } from "node:http"
import { connect, type Socket } from "node:net"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Deferred, Effect, Layer, Schema, Stream } from "effect"
import { HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { Admission, TooManyRequests } from "../../../src/platform/Admission.ts"
import * as AdmissionLive from "../../../src/platform/admission/AdmissionLive.ts"
import { Counts } from "../../../src/platform/admission/Counts.ts"
import { makeMemoryCounts } from "../../../src/platform/admission/MemoryCounts.ts"
import { type Caller, type CallerLimits, house } from "../../../src/platform/Caller.ts"
import { RequestFacts } from "../../../src/platform/RequestFacts.ts"
import { testConfig } from "../../support/config.ts"

const origin = { address: "203.0.113.1", isLocal: false, isForeignPage: false, isPassedOn: false }
const stranger: Caller = { ...house, kind: "anonymous", scopes: new Set() }
const keyed = (keyId: string, limits: CallerLimits = {}, userId: string | null = null): Caller => ({
  ...house,
  kind: "key",
  keyId,
  userId,
  limits
})

const build = (set: ReadonlyArray<string>, counts = makeMemoryCounts()) =>
  Effect.map(
    Layer.build(
      AdmissionLive.layerOver.pipe(
        Layer.provide(Layer.succeed(Counts, counts)),
        Layer.provide(testConfig({ set })),
        Layer.orDie
      )
    ),
    Context.get(Admission)
  )

const ok = Effect.succeed(HttpServerResponse.text("ok"))
type Outcome = "ok" | `${TooManyRequests["of"]} ${TooManyRequests["window"]} ${number}`

const ask = (admission: Admission["Service"], caller: Caller, from = origin): Effect.Effect<Outcome> =>
  admission.admit({ origin: from, caller }, ok).pipe(
    Effect.as<Outcome>("ok"),
    Effect.catch(({ of, retryAfter, window }) => Effect.succeed<Outcome>(`${of} ${window} ${retryAfter}`))
  )
const askTimes = (times: number, ...of: Parameters<typeof ask>) =>
  Effect.forEach(Array.from({ length: times }), () => ask(...of))

describe("limits", () => {
  it.effect("are of each address, and end when the window has gone by", () =>
    Effect.gen(function* () {
      const admission = yield* build(["rate_limit.per_minute=2", "rate_limit.per_hour=3"])
      assert.deepStrictEqual(yield* askTimes(3, admission, stranger), ["ok", "ok", "address minute 62"])
      assert.strictEqual(
        yield* ask(admission, stranger, {
          address: "203.0.113.2",
          isLocal: false,
          isForeignPage: false,
          isPassedOn: false
        }),
        "ok"
      )
      yield* TestClock.adjust("61 seconds")
      assert.strictEqual(yield* ask(admission, stranger), "address minute 1")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* askTimes(2, admission, stranger), ["ok", "address hour 3658"])
    })
  )

  it.effect("are of a whole IPv6 network of 64 bits", () =>
    Effect.gen(function* () {
      const admission = yield* build(["rate_limit.per_minute=2"])
      const from = (address: string) =>
        ask(admission, stranger, { address, isLocal: false, isForeignPage: false, isPassedOn: false })
      assert.strictEqual(yield* from("2001:db8::1"), "ok")
      assert.strictEqual(yield* from("2001:db8::2"), "ok")
      assert.strictEqual(yield* from("2001:db8::3"), "address minute 62")
      assert.strictEqual(yield* from("2001:db8:0:1::1"), "ok")
    })
  )

  it.effect("of a key's own go before those of the settings, and widen those of its address and user", () =>
    Effect.gen(function* () {
      const admission = yield* build(["rate_limit.per_minute=3"])
      assert.strictEqual((yield* askTimes(3, admission, keyed("small", { perMinute: 2 })))[2], "key minute 62")
      const large = yield* askTimes(11, admission, keyed("large", { perMinute: 10 }, "u"))
      assert.deepStrictEqual(large.slice(7), ["ok", "address minute 62", "address minute 62", "address minute 62"])
      const unlimited = yield* askTimes(50, admission, keyed("free", { perMinute: 0, perHour: 0 }, "v"))
      assert.deepStrictEqual(new Set(unlimited), new Set(["ok"]))
    })
  )

  it.effect("of a user hold over all of its keys and all addresses", () =>
    Effect.gen(function* () {
      const admission = yield* build(["rate_limit.per_minute=3"])
      const seen = yield* Effect.forEach([1, 2, 3, 4], (n) =>
        ask(admission, keyed(`k${n}`, {}, "u"), {
          address: `203.0.113.${n}`,
          isLocal: false,
          isForeignPage: false,
          isPassedOn: false
        })
      )
      assert.deepStrictEqual(seen, ["ok", "ok", "ok", "user minute 62"])
    })
  )

  it.effect("do not hold for who asks from this machine without a key, nor where they are switched off", () =>
    Effect.gen(function* () {
      const local: Caller = { ...house, kind: "local" }
      const admission = yield* build(["rate_limit.per_minute=1"])
      assert.deepStrictEqual(new Set(yield* askTimes(20, admission, local)), new Set(["ok"]))
      const off = yield* build(["rate_limit.per_minute=1", "rate_limit.enabled=false"])
      assert.deepStrictEqual(new Set(yield* askTimes(20, off, keyed("k"))), new Set(["ok"]))
    })
  )

  it.effect("hold through counts that are elsewhere", () =>
    Effect.gen(function* () {
      const memory = makeMemoryCounts()
      const admission = yield* build(["rate_limit.per_minute=1"], { ...memory, takeUnsafe: () => "elsewhere" })
      assert.deepStrictEqual(yield* askTimes(2, admission, stranger), ["ok", "address minute 62"])
    })
  )
})

describe("wrong credentials", () => {
  it.effect("are taken twenty times a minute from an address, then none is looked at", () =>
    Effect.gen(function* () {
      const admission = yield* build([])
      const may = (address: string) => Effect.isSuccess(admission.mayIdentify(address))
      for (let n = 0; n < 20; n++) {
        assert.isTrue(yield* may("2001:db8::1"))
        yield* admission.wrongCredential(`2001:db8::${n}`, "unknown")
      }
      assert.isFalse(yield* may("2001:db8::ffff"))
      assert.isTrue(yield* may("203.0.113.5"))
      const refused = yield* Effect.flip(admission.mayIdentify("2001:db8::1"))
      assert.deepInclude({ ...refused }, { of: "address", window: "minute", limit: 20, retryAfter: 62 })
      yield* TestClock.adjust("62 seconds")
      assert.isTrue(yield* may("2001:db8::1"))
    })
  )

  it.effect("are taken two hundred times from this machine", () =>
    Effect.gen(function* () {
      const admission = yield* build([])
      yield* Effect.repeat(admission.wrongCredential("127.0.0.1", "unknown"), { times: 198 })
      yield* admission.mayIdentify("127.0.0.1")
      yield* admission.wrongCredential("127.0.0.1", "unknown")
      assert.strictEqual((yield* Effect.flip(admission.mayIdentify("127.0.0.1"))).limit, 200)
    })
  )
})

/** A server on a real socket whose handler goes through `admit` with this caller. */
const serving = (
  admission: Admission["Service"],
  caller: Caller,
  handler: Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
) =>
  Effect.gen(function* () {
    const context = yield* Layer.build(NodeHttpServer.layerServer(() => createServer(), { port: 0, host: "127.0.0.1" }))
    const { address, serve } = Context.get(context, HttpServer.HttpServer)
    yield* serve(
      Effect.suspend(() => {
        const facts: RequestFacts = { route: "", caller }
        return admission.admit({ origin, caller }, handler).pipe(
          Effect.catchTag("TooManyRequests", ({ window }) =>
            Effect.succeed(HttpServerResponse.text(window, { status: 429 }))
          ),
          Effect.provideService(RequestFacts, facts),
          Effect.map((reply) => HttpServerResponse.setHeaders(reply, facts.replyHeaders ?? {})),
          // as the router makes its handlers
          Effect.interruptible
        )
      })
    )
    return Number(new URL(HttpServer.formatAddress(address)).port)
  })

const opened = (port: number) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const socket = connect(port, "127.0.0.1")
      socket.on("error", () => {})
      await once(socket, "connect")
      return socket
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

/** Sends a request and waits for the head of its reply. */
const exchange = (socket: Socket, path: string) =>
  Effect.promise(async () => {
    socket.write(get(path))
    const [data] = await once(socket, "data")
    return String(data)
  })

describe("replies", () => {
  it.live("say what is left, also the one that says there is nothing left", () =>
    Effect.gen(function* () {
      const admission = yield* build(["rate_limit.per_minute=2", "rate_limit.per_hour=50"])
      const port = yield* serving(admission, stranger, ok)
      const socket = yield* opened(port)
      const heads = [yield* exchange(socket, "/"), yield* exchange(socket, "/"), yield* exchange(socket, "/")]
      const headerOf = (name: string) => heads.map((head) => new RegExp(`^${name}: (\\d+)`, "im").exec(head)?.[1])
      assert.deepStrictEqual(headerOf("ratelimit-limit"), ["2", "2", "2"])
      assert.deepStrictEqual(headerOf("ratelimit-remaining"), ["1", "0", "0"])
      for (const reset of headerOf("ratelimit-reset")) assert.isTrue(Number(reset) >= 59 && Number(reset) <= 62)
      assert.deepStrictEqual(
        heads.map((head) => head.slice(9, 12)),
        ["200", "200", "429"]
      )
    })
  )
})

describe("places among those at once", () => {
  // How each of several requests ends: the handler's reply, its failure, its body, or the client.
  const Ending = Schema.Literals([
    "reply",
    "defect",
    "stream",
    "cut stream",
    "client leaves",
    "client leaves the stream",
    "large"
  ])
  const Endings = Schema.Array(Ending).check(Schema.isMaxLength(12))

  it.effect.prop("are all given back, however requests end", [Endings], ([endings]) =>
    Effect.gen(function* () {
      const limit = 3
      let busy = 0
      let most = 0
      const begun = new Map<string, Deferred.Deferred<void>>()
      const chunk = new Uint8Array(1000)
      const handler = Effect.gen(function* () {
        const { url } = yield* HttpServerRequest.HttpServerRequest
        const [, ending = "", id = ""] = url.split("/")
        busy++
        most = Math.max(most, busy)
        const started = begun.get(id)
        if (started !== undefined) yield* Deferred.succeed(started, undefined)
        switch (decodeURIComponent(ending)) {
          case "defect":
            return yield* Effect.die(new Error("on purpose"))
          case "stream":
            return HttpServerResponse.stream(Stream.fromIterable([chunk, chunk]))
          case "cut stream":
            return HttpServerResponse.stream(Stream.concat(Stream.make(chunk), Stream.die(new Error("on purpose"))))
          case "client leaves the stream":
            return HttpServerResponse.stream(Stream.concat(Stream.make(chunk), Stream.never))
          case "client leaves":
            return yield* Effect.never
          case "large":
            return HttpServerResponse.uint8Array(new Uint8Array(3_000_000))
          default:
            return HttpServerResponse.text("ok")
        }
      }).pipe(Effect.ensuring(Effect.sync(() => busy--)))
      const admission = yield* build([`rate_limit.concurrency=${limit}`, "rate_limit.per_minute=0"])
      const port = yield* serving(admission, keyed("k", {}, "u"), handler)
      yield* Effect.forEach(
        endings,
        Effect.fnUntraced(function* (ending, at) {
          const socket = yield* opened(port)
          const closed = once(socket, "close")
          socket.write(get(`/${encodeURIComponent(ending)}/${at}`).replace("Host", "Connection: close\r\nHost"))
          if (ending.startsWith("client")) {
            const started = yield* Deferred.make<void>()
            begun.set(String(at), started)
            // It may be one too many, and be answered that.
            yield* Effect.raceFirst(
              Deferred.await(started),
              Effect.promise(() => closed)
            )
            socket.destroy()
          }
          socket.resume()
          yield* Effect.promise(() => closed)
        }, Effect.scoped),
        { concurrency: "unbounded", discard: true }
      )
      assert.isAtMost(most, limit)
      // The server hears of a client that has left a moment later: it is asked until it has.
      const socket = yield* opened(port)
      const all = yield* Effect.repeat(
        Effect.forEach(Array.from({ length: limit }), () => exchange(socket, "/reply/0")),
        { until: (heads) => heads.every((head) => head.startsWith("HTTP/1.1 200")) }
      )
      assert.strictEqual(all.length, limit)
    }).pipe(Effect.scoped, Effect.provideService(Clock.Clock, Clock.Clock.defaultValue()))
  )

  it.live("are held while a body is on its way, and no longer", () =>
    Effect.gen(function* () {
      const admission = yield* build(["rate_limit.concurrency=1"])
      const last = yield* Deferred.make<void>()
      const body = Stream.concat(Stream.make(new Uint8Array(10)), Stream.drain(Stream.fromEffect(Deferred.await(last))))
      const port = yield* serving(
        admission,
        keyed("k"),
        Effect.map(HttpServerRequest.HttpServerRequest, ({ url }) =>
          url === "/stream" ? HttpServerResponse.stream(body) : HttpServerResponse.text("ok")
        )
      )
      const [one, other] = [yield* opened(port), yield* opened(port)]
      assert.match(yield* exchange(one, "/stream"), /^HTTP\/1.1 200/)
      assert.match(yield* exchange(other, "/"), /^HTTP\/1.1 429[^]*at_once/)
      const ended = once(one, "data")
      yield* Deferred.succeed(last, undefined)
      yield* Effect.promise(() => ended)
      assert.match(yield* exchange(other, "/"), /^HTTP\/1.1 200/)
    })
  )

  it.live("are given back where a client sends many requests at once and leaves", () =>
    Effect.gen(function* () {
      const admission = yield* build(["rate_limit.concurrency=5"])
      let begun = 0
      const all = yield* Deferred.make<void>()
      const handler = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }) => {
        if (url === "/now") return ok
        if (++begun === 5) Deferred.doneUnsafe(all, Effect.void)
        return Effect.never
      })
      const port = yield* serving(admission, keyed("k"), handler)
      const socket = yield* opened(port)
      socket.write(get("/").repeat(5))
      yield* Deferred.await(all)
      const other = yield* opened(port)
      assert.match(yield* exchange(other, "/now"), /^HTTP\/1.1 429/)
      socket.destroy()
      yield* Effect.repeat(exchange(other, "/now"), { until: (head) => head.startsWith("HTTP/1.1 200") })
    })
  )
})

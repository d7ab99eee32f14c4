import { createServer, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Exit, Fiber, Pull, References, Scope } from "effect"
import { Dispatcher } from "undici"
import { type BodyPull, type Exchange, ExchangeFailed, makeExchange } from "../../../src/platform/outbound/Exchange.ts"
import { httpProxy, silentServer } from "../../support/proxies.ts"
import { outbound, proxyUrl } from "./calls.ts"

/** What is sent to `url`. */
const to = (url: string, headers: Readonly<Record<string, string>> = {}) => ({ url, headers, body: "{}" })

const exchange = Effect.flatMap(outbound(), (out) => out.exchangeFor("http://127.0.0.1", "direct"))

/** A server that says what `answer` writes for each request, and how many sockets there were and are. */
const wordsServer = (answer: (socket: Socket, request: string) => void) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{
          readonly url: string
          readonly sockets: Set<Socket>
          opened: number
          readonly close: () => void
        }>((resolve) => {
          const sockets = new Set<Socket>()
          const server = createServer((socket) => {
            sockets.add(socket)
            seen.opened++
            let text = ""
            socket.on("error", () => {}).on("close", () => sockets.delete(socket))
            socket.setEncoding("utf8").on("data", (more) => {
              text += more
              // The body of every request is `{}`.
              if (!text.endsWith("\r\n\r\n{}")) return
              const request = text
              text = ""
              answer(socket, request)
            })
          })
          const close = () => {
            server.close()
            for (const socket of sockets) socket.destroy()
          }
          const seen = { url: "", sockets, opened: 0, close }
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            seen.url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`
            resolve(seen)
          })
        })
    ),
    ({ close }) => Effect.sync(close)
  )

const replyOf = (body: string, headers = "") =>
  `HTTP/1.1 200 OK\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** All that is left of a body. */
const textOf = Effect.fnUntraced(function* (body: BodyPull) {
  const pieces: Array<Uint8Array> = []
  const more: BodyPull = Effect.flatMap(body, (some) => {
    pieces.push(...some)
    return more
  })
  yield* Pull.catchDone(more, () => Effect.void)
  return Buffer.concat(pieces).toString()
})

const asked = (exchange: Exchange, url: string) =>
  Effect.scoped(Effect.flatMap(exchange(to(url)), ({ body }) => textOf(body)))

const nextTurn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** What is under way in this process and takes no time has been done. */
const settled = Effect.forEach(Arr.range(1, 50), () => nextTurn, { discard: true })

const until = (holds: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.andThen(settled, until(holds))))

describe("an exchange", () => {
  it.live("gives a body in many pieces whole and in order, however its reader pulls", () =>
    Effect.gen(function* () {
      const words = Arr.makeBy(2000, (number) => `word ${number}, `)
      const server = yield* wordsServer(async (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${words.join("").length}\r\n\r\n`)
        for (const [at, word] of words.entries()) {
          socket.write(word)
          if (at % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
      })
      const { body } = yield* (yield* exchange)(to(server.url))
      let pulls = 0
      const slow: BodyPull = Effect.suspend(() => (pulls++ % 3 === 0 ? Effect.andThen(settled, body) : body))
      assert.strictEqual(yield* textOf(slow), words.join(""))
    })
  )

  it.live("holds the sender up while nobody pulls", () =>
    Effect.gen(function* () {
      const piece = Buffer.alloc(1024 * 1024, "x")
      const pieces = 64
      let sent = 0
      let isWaiting = false
      const server = yield* wordsServer(async (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${piece.length * pieces}\r\n\r\n`)
        for (; sent < pieces; sent++) {
          if (socket.write(piece)) continue
          isWaiting = true
          await new Promise((resolve) => socket.once("drain", resolve))
          isWaiting = false
        }
      })
      const { body } = yield* (yield* exchange)(to(server.url))
      yield* until(() => isWaiting)
      yield* settled
      // The rest lies in the buffers of the system, if anywhere.
      assert.isBelow(sent, pieces / 2)
      assert.strictEqual((yield* textOf(body)).length, piece.length * pieces)
    })
  )

  it.live("is given up with its scope before there is a connection", () =>
    Effect.gen(function* () {
      const target = yield* silentServer()
      const scope = yield* Scope.make()
      const send = yield* exchange
      const call = yield* Effect.forkChild(
        Effect.flip(Scope.provide(send(to(`https://localhost:${target.port}`)), scope))
      )
      yield* target.when(({ greetings }) => greetings === 1)
      yield* Scope.close(scope, Exit.void)
      assert.instanceOf(yield* Fiber.join(call), ExchangeFailed)
      yield* target.when(({ openSockets }) => openSockets === 0)
    })
  )

  it.live("closes its socket with its scope in the midst of a body", () =>
    Effect.gen(function* () {
      const server = yield* wordsServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"))
      const scope = yield* Scope.make()
      const { body } = yield* Scope.provide((yield* exchange)(to(server.url)), scope)
      assert.strictEqual(Buffer.concat(yield* body).toString(), "half")
      const reading = yield* Effect.forkChild(Effect.flip(body), { startImmediately: true })
      yield* Scope.close(scope, Exit.void)
      assert.instanceOf(yield* Fiber.join(reading), ExchangeFailed)
      yield* until(() => server.sockets.size === 0)
    })
  )

  it.live("leaves its connection to the next request once it is over", () =>
    Effect.gen(function* () {
      let requests = 0
      const server = yield* wordsServer((socket) => socket.write(replyOf(`reply ${++requests}`)))
      const send = yield* exchange
      for (const number of [1, 2, 3]) {
        assert.strictEqual(yield* asked(send, server.url), `reply ${number}`)
        yield* settled
      }
      assert.deepStrictEqual([server.opened, server.sockets.size], [1, 1])
    })
  )

  it.live("in a scope that is closed sends nothing, and fails", () =>
    Effect.gen(function* () {
      const server = yield* wordsServer((socket) => socket.write(replyOf("a reply")))
      const send = yield* exchange
      // A connection that is ready to be used.
      yield* asked(send, server.url)
      yield* settled
      const scope = yield* Scope.make()
      yield* Scope.close(scope, Exit.void)
      assert.instanceOf(yield* Effect.flip(Scope.provide(send(to(server.url)), scope)), ExchangeFailed)
      assert.strictEqual(yield* asked(send, server.url), "a reply")
      assert.strictEqual(server.opened, 1)
    })
  )

  it.live("has the values of headers that come twice in one, under names in lower case", () =>
    Effect.gen(function* () {
      const twice = "X-One: 1\r\nx-one: 2\r\nSet-Cookie: a=b\r\nset-cookie: c=d\r\n"
      const server = yield* wordsServer((socket) => socket.write(replyOf("", twice)))
      const { headers } = yield* (yield* exchange)(to(server.url))
      assert.deepStrictEqual(headers, { "x-one": "1, 2", "set-cookie": "a=b, c=d", "content-length": "0" })
    })
  )

  it.live("passes over what only announces the reply", () =>
    Effect.gen(function* () {
      const early = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
      const server = yield* wordsServer((socket) => socket.write(`${early}${replyOf("at last")}`))
      const { body, headers, status } = yield* (yield* exchange)(to(server.url))
      assert.deepStrictEqual([status, headers], [200, { "content-length": "7" }])
      assert.strictEqual(yield* textOf(body), "at last")
    })
  )

  for (const [how, reply] of [
    ["of a known length", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"],
    ["in chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
  ] as const)
    it.live(`fails where a body ${how} is cut short, behind what came of it`, () =>
      Effect.gen(function* () {
        const server = yield* wordsServer((socket) => socket.end(reply))
        const { body } = yield* (yield* exchange)(to(server.url))
        assert.strictEqual(Buffer.concat(yield* body).toString(), "half")
        for (const _ of [1, 2]) assert.instanceOf(yield* Effect.flip(body), ExchangeFailed)
      })
    )

  it.live("fails where no reply comes, or none of HTTP's", () =>
    Effect.gen(function* () {
      for (const words of [
        "",
        "220 mail.test ESMTP\r\n",
        "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"
      ]) {
        const server = yield* wordsServer((socket) => socket.end(words))
        assert.instanceOf(yield* Effect.flip((yield* exchange)(to(server.url))), ExchangeFailed)
      }
    })
  )

  it.live("fails where the address is none", () =>
    Effect.gen(function* () {
      const send = yield* exchange
      for (const url of ["", "nowhere", "http://", "ftp://127.0.0.1/", "data:,x", "http://127.0.0.1:99999/"])
        assert.instanceOf(yield* Effect.flip(send(to(url))), ExchangeFailed, url)
    })
  )

  it.live("fails where a header cannot be sent, with and without a proxy", () =>
    Effect.gen(function* () {
      const server = yield* wordsServer((socket) => socket.write(replyOf("")))
      const proxy = yield* httpProxy({ credentials: "a:b" })
      const out = yield* outbound()
      for (const way of ["direct" as const, proxyUrl("http", proxy.port, "a:b")]) {
        const send = yield* out.exchangeFor(server.url, way)
        for (const headers of [
          { "x-key": "a\r\nx-other: b" },
          { "x-key": "\u0000" },
          { "x-key": "密钥" },
          { "x key": "a" }
        ])
          assert.instanceOf(yield* Effect.flip(send(to(server.url, headers))), ExchangeFailed, JSON.stringify(headers))
      }
      assert.deepStrictEqual([server.opened, proxy.seen().forwarded], [0, []])
    })
  )

  it.live("gives a reader that was interrupted what comes after that", () =>
    Effect.gen(function* () {
      let goOn = () => {}
      const server = yield* wordsServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n")
        goOn = () => void socket.write("later")
      })
      const { body } = yield* (yield* exchange)(to(server.url))
      yield* Fiber.interrupt(yield* Effect.forkChild(body, { startImmediately: true }))
      goOn()
      assert.strictEqual(yield* textOf(body), "later")
    })
  )
})

/** Stands in for undici: what comes of a request is told by hand. */
class Told extends Dispatcher {
  handler: Dispatcher.DispatchHandler = {}
  readonly controller = {
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    abort: () => {},
    pause: () => void (this.controller.paused = true),
    resume: () => void (this.controller.paused = false)
  }

  override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.handler = handler
    handler.onRequestStart?.(this.controller, {})
    handler.onResponseStart?.(this.controller, 200, {}, "OK")
    return true
  }

  readonly data = (text: string) => this.handler.onResponseData?.(this.controller, Buffer.from(text))
  readonly end = () => this.handler.onResponseEnd?.(this.controller, {})
}

describe("the body of an exchange", () => {
  it.effect("is not asked for beyond 64 KiB that nobody has pulled, and again once they are", () =>
    Effect.gen(function* () {
      const told = new Told()
      const { body } = yield* makeExchange(told)(to("http://a.test"))
      told.data("x".repeat(64 * 1024))
      assert.isFalse(told.controller.paused)
      told.data("y")
      assert.isTrue(told.controller.paused)
      assert.lengthOf(yield* body, 2)
      assert.isFalse(told.controller.paused)
    })
  )

  it.live("wakes its reader whenever something comes, also between its look and its wait", () =>
    Effect.gen(function* () {
      // With so small a budget of steps the reader makes way for others at every place it can.
      for (const steps of [3, 4, 5, 6])
        for (let turns = 0; turns < 20; turns++) {
          const told = new Told()
          const { body } = yield* makeExchange(told)(to("http://a.test"))
          const reading = yield* Effect.forkChild(
            Effect.provideService(textOf(body), References.MaxOpsBeforeYield, steps)
          )
          for (let turn = 0; turn < turns; turn++) yield* nextTurn
          told.data("all")
          told.end()
          yield* settled
          assert.strictEqual(reading.pollUnsafe()?._tag, "Success", `${steps} steps, after ${turns} turns`)
        }
    })
  )
})

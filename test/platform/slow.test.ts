import { once } from "node:events"
import type { IncomingMessage, ServerOptions, ServerResponse } from "node:http"
import { connect, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { createHeldServer, type ServerProtection } from "../../src/platform/HeldServer.ts"
import { startSiku } from "../support/siku.ts"

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A server on a socket, looked after twenty times a second so that times may be short. */
const serving = (options: ServerOptions & ServerProtection, handler: Handler) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createHeldServer({ connectionsCheckingInterval: 50, keepAliveTimeoutBuffer: 0, ...options })
      server.on("request", handler)
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      return { server, port: typeof address === "object" && address !== null ? address.port : 0 }
    }),
    ({ server }) =>
      Effect.promise(() => {
        server.closeAllConnections()
        return new Promise((resolve) => server.close(resolve))
      })
  )

interface Client {
  readonly socket: Socket
  /** All that came, once the connection has ended, and whether it was by a reset. */
  readonly ended: Promise<{ readonly text: string; readonly error: string | undefined }>
  readonly text: () => string
}

const opened = (port: number) =>
  Effect.acquireRelease(
    Effect.promise(async (): Promise<Client> => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true })
      let text = ""
      let error: string | undefined
      socket.on("error", (cause: NodeJS.ErrnoException) => (error = cause.code))
      socket.on("data", (data) => (text += data.toString("latin1")))
      const ended = once(socket, "close").then(() => ({ text, error }))
      await once(socket, "connect")
      return { socket, ended, text: () => text }
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

const get = (path = "/") => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
const answer: Handler = (request, response) => void response.end(`answer to ${request.url}`)
/** Waits for text to have come, however it is cut into pieces. */
const told = async ({ socket, text }: Client, wanted: RegExp): Promise<void> => {
  while (!wanted.test(text())) await once(socket, "data")
}

describe("a slow client", () => {
  it.live("has its connection closed when its headers take too long, or never begin", () =>
    Effect.gen(function* () {
      const { port } = yield* serving({ headersTimeout: 100, requestTimeout: 100_000 }, answer)
      const dribbling = yield* opened(port)
      dribbling.socket.write("GET / HTTP/1.1\r\nHo")
      const silent = yield* opened(port)
      const [first, second] = yield* Effect.promise(() => Promise.all([dribbling.ended, silent.ended]))
      assert.match(first.text, /^HTTP\/1.1 408 /)
      assert.notInclude(second.text, "200")
    })
  )

  it.live("has its connection closed when its body takes too long", () =>
    Effect.gen(function* () {
      const { port } = yield* serving({ headersTimeout: 100, requestTimeout: 200 }, (request, response) => {
        request.on("end", () => response.end("whole")).resume()
      })
      const client = yield* opened(port)
      client.socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
      assert.match((yield* Effect.promise(() => client.ended)).text, /^HTTP\/1.1 408 /)
    })
  )

  it.live("has its connection closed when it reads nothing, and holds no more than the sockets do until then", () =>
    Effect.gen(function* () {
      const chunk = Buffer.alloc(64 * 1024)
      const closed = yield* Deferred.make<void>()
      let sent = 0
      let held = 0
      const { port } = yield* serving({ writeTimeout: 100 }, (_, response) => {
        const more = () => {
          do sent += chunk.length
          while (response.write(chunk))
          held = Math.max(held, response.writableLength)
        }
        response.on("drain", more).once("close", () => Deferred.doneUnsafe(closed, Effect.void))
        more()
      })
      const client = yield* opened(port)
      client.socket.pause()
      client.socket.write(get())
      yield* Deferred.await(closed)
      assert.isAtMost(held, 4 * chunk.length)
      assert.isAtMost(sent, 32 * 1024 * 1024)
    })
  )

  it.live("has one request served at a time, however many it sends in one breath, and all of them in their order", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      let [now, most] = [0, 0]
      const { port } = yield* serving({}, ({ url = "" }, response) => {
        order.push(url)
        most = Math.max(most, ++now)
        setImmediate(() => {
          now--
          response.end(`answer to ${url}`)
        })
      })
      const client = yield* opened(port)
      const paths = Array.from({ length: 20 }, (_, at) => `/${at}`)
      client.socket.write(paths.map(get).join(""))
      yield* Effect.promise(() => told(client, /answer to \/19$/))
      assert.deepStrictEqual(order, paths)
      assert.strictEqual(most, 1)
      // More than anyone would send.
      const flooding = yield* opened(port)
      flooding.socket.write(get().repeat(500))
      yield* Effect.promise(() => flooding.ended)
      assert.isBelow(order.length, 100)
    })
  )

  it.live("keeps its connection while it reads a little now and then, or waits for a handler that thinks", () =>
    Effect.gen(function* () {
      const large = Buffer.alloc(3_000_000, "x")
      const replies: Array<ServerResponse> = []
      const { port } = yield* serving({ writeTimeout: 300 }, ({ url }, response) => {
        if (url === "/large") response.end(large)
        else replies.push(response)
      })
      const thinking = yield* opened(port)
      thinking.socket.write(get("/think"))
      const reading = yield* opened(port)
      reading.socket.write(get("/large"))
      yield* Effect.promise(async () => {
        for (let times = 0; times < 8; times++) {
          reading.socket.pause()
          await new Promise((resolve) => setTimeout(resolve, 60))
          reading.socket.resume()
          await once(reading.socket, "data")
        }
        while (reading.text().length < large.length) await once(reading.socket, "data")
        replies[0]?.end("thought")
        await told(thinking, /thought$/)
      })
      assert.isAbove(reading.text().length, large.length)
    })
  )

  it.live("has its connection closed when it asks for nothing more", () =>
    Effect.gen(function* () {
      const { port } = yield* serving({ keepAliveTimeout: 50 }, answer)
      const client = yield* opened(port)
      client.socket.write(get())
      const { error, text } = yield* Effect.promise(() => client.ended)
      assert.match(text, /answer to \/$/)
      assert.isUndefined(error)
    })
  )
})

describe("too much at once", () => {
  it.live("is turned away: connections beyond the most are closed as they come", () =>
    Effect.gen(function* () {
      const { port } = yield* serving({ maxConnections: 2 }, answer)
      const clients = [yield* opened(port), yield* opened(port)]
      const third = yield* opened(port)
      assert.strictEqual((yield* Effect.promise(() => third.ended)).text, "")
      for (const client of clients) {
        client.socket.write(get())
        yield* Effect.promise(() => told(client, /answer to \/$/))
      }
    })
  )

  it.live(
    "is answered with 503 in the form of the route, on a connection that goes on, until there is room again",
    () =>
      Effect.gen(function* () {
        const waiting: Array<ServerResponse> = []
        let turnedAway = 0
        const { port } = yield* serving({ maxRequests: 2, onBusy: () => turnedAway++ }, (request, response) => {
          if (request.url === "/wait") waiting.push(response)
          else answer(request, response)
        })
        const busy = yield* opened(port)
        const second = yield* opened(port)
        for (const client of [busy, second]) client.socket.write(get("/wait"))
        yield* Effect.promise(async () => {
          while (waiting.length < 2) await new Promise(setImmediate)
        })
        const client = yield* opened(port)
        const said = (path: string, wanted: RegExp) => {
          client.socket.write(get(path))
          return Effect.promise(() => told(client, wanted))
        }
        yield* said("/a", /503 Service Unavailable[^]*retry-after: 1[^]*about:blank/)
        yield* said("/v1/chat/completions", /"type":"server_error"/)
        yield* said("/v1/messages", /"overloaded_error"/)
        assert.strictEqual(turnedAway, 3)
        for (const response of waiting) response.end("done")
        for (const client of [busy, second]) yield* Effect.promise(() => told(client, /done/))
        yield* said("/b", /answer to \/b$/)
      })
  )

  it.live("is answered to quiz clients in their own form", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ set: ["server.max_requests=1"] })
      const port = Number(new URL(base).port)
      const slow = yield* opened(port)
      // Its body never comes whole.
      slow.socket.write("POST /api/v1/query HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{")
      const client = yield* opened(port)
      const ask = async (path: string, wanted: RegExp) => {
        while (!wanted.test(client.text())) {
          client.socket.write(get(path))
          await once(client.socket, "data")
        }
      }
      yield* Effect.promise(() => ask("/api/query?title=a", /503 [^]*"code":0,"msg":"\xe6\x9c\x8d/))
      yield* Effect.promise(() => ask("/adapter-service/search", /"allAnswer":\[\]/))
    })
  )
})

describe("the end of a server", () => {
  const closing = (server: { close: (done: () => void) => unknown }) =>
    new Promise<void>((resolve) => void server.close(resolve))

  it.live("is told at once, then announced on every reply, also on those that were begun before", () =>
    Effect.gen(function* () {
      const waiting: Array<ServerResponse> = []
      const drained = yield* Deferred.make<void>()
      const { port, server } = yield* serving(
        { drain: 5000, onDrain: () => Deferred.doneUnsafe(drained, Effect.void) },
        (request, response) => {
          if (request.url === "/wait") waiting.push(response)
          else answer(request, response)
        }
      )
      const [begun, kept] = [yield* opened(port), yield* opened(port)]
      begun.socket.write(get("/wait"))
      kept.socket.write(get("/before"))
      yield* Effect.promise(() => told(kept, /answer to \/before$/))
      const closed = closing(server)
      yield* Deferred.await(drained)
      // Whoever comes now has not heard of it yet.
      const fresh = yield* opened(port)
      fresh.socket.write(get("/during"))
      yield* Effect.promise(() => told(fresh, /answer to \/during$/))
      assert.notMatch(kept.text() + fresh.text(), /connection: close/i)
      yield* Effect.promise(async () => {
        while (server.listening) await new Promise(setImmediate)
      })
      for (const client of [kept, fresh]) client.socket.write(get("/after"))
      waiting[0]?.end("thought")
      for (const client of [begun, kept, fresh]) {
        const { error, text } = yield* Effect.promise(() => client.ended)
        assert.isUndefined(error)
        assert.match(text, /connection: close\r\n[^]*(?:answer to \/after|thought)$/i)
      }
      yield* Effect.promise(() => closed)
    })
  )

  it.live("ends idle and unused connections without a reset, and lets a stream finish", () =>
    Effect.gen(function* () {
      const streams: Array<ServerResponse> = []
      const { port, server } = yield* serving({ drain: 2000 }, (request, response) => {
        if (request.url !== "/stream") return answer(request, response)
        response.writeHead(200, { "content-type": "text/event-stream" })
        response.write("data: one\n\n")
        streams.push(response)
      })
      const [idle, unused, streaming] = [yield* opened(port), yield* opened(port), yield* opened(port)]
      idle.socket.write(get())
      streaming.socket.write(get("/stream"))
      yield* Effect.promise(() => told(idle, /answer to/))
      yield* Effect.promise(() => told(streaming, /one/))
      const closed = closing(server)
      for (const client of [idle, unused]) assert.isUndefined((yield* Effect.promise(() => client.ended)).error)
      streams[0]?.end("data: [DONE]\n\n")
      const { error, text } = yield* Effect.promise(() => streaming.ended)
      assert.isUndefined(error)
      assert.match(text, /\[DONE\]\n\n\r\n0\r\n\r\n$/)
      yield* Effect.promise(() => closed)
    })
  )

  it.live("cuts off what is left when the drain is over, so that nobody can hold it up", () =>
    Effect.gen(function* () {
      const { port, server } = yield* serving({ drain: 50 }, () => {})
      const [never, halfway] = [yield* opened(port), yield* opened(port)]
      never.socket.write(get())
      halfway.socket.write("GET / HTTP/1.1\r\nHo")
      yield* Effect.promise(() => new Promise(setImmediate))
      yield* Effect.promise(() => closing(server))
      for (const client of [never, halfway]) yield* Effect.promise(() => client.ended)
    })
  )
})

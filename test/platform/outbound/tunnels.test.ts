import { Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, type Scope } from "effect"
import { openHttpTunnel } from "../../../src/platform/outbound/HttpTunnel.ts"
import type { ProxyAddress } from "../../../src/platform/outbound/ProxyAddress.ts"
import type { ProxyFailed } from "../../../src/platform/outbound/ProxyFailed.ts"
import { connected, withSocket } from "../../../src/platform/outbound/sockets.ts"
import { openSocksTunnel } from "../../../src/platform/outbound/SocksTunnel.ts"
import type { Target } from "../../../src/platform/outbound/Target.ts"
import { httpProxy, type ProxyOptions, silentServer, socksProxy, type TestProxy } from "../../support/proxies.ts"

const host = "127.0.0.1"

/** Longer than any test here may take. */
const PATIENCE = Duration.minutes(5)

const ways: ReadonlyArray<{
  readonly protocol: "http" | "socks5"
  readonly start: (options: ProxyOptions) => Effect.Effect<TestProxy, never, Scope.Scope>
  readonly open: (socket: Socket, proxy: ProxyAddress, target: Target) => Effect.Effect<void, ProxyFailed>
}> = [
  { protocol: "http", start: httpProxy, open: openHttpTunnel },
  {
    protocol: "socks5",
    start: socksProxy,
    open: (socket, proxy, target) => openSocksTunnel(socket, proxy, target, PATIENCE)
  }
]

const addressOf = (protocol: "http" | "socks5", port: number): ProxyAddress => ({
  protocol,
  host,
  port,
  credentials: undefined,
  label: `${protocol}://${host}:${port}`
})

const listenersOf = (socket: Socket) =>
  Object.fromEntries(
    ["connect", "data", "readable", "end", "error", "close"].map((event) => [event, socket.listenerCount(event)])
  )

/** So many bytes, leaving the listening to others again. */
const read = (socket: Socket, length: number) =>
  Effect.callback<string>((resume) => {
    const look = () => {
      const chunk: unknown = socket.read(length)
      if (!(chunk instanceof Buffer)) return
      socket.off("readable", look)
      resume(Effect.succeed(chunk.toString()))
    }
    socket.on("readable", look)
    look()
  })

for (const { open, protocol, start } of ways)
  describe(`a tunnel by ${protocol}`, () => {
    for (const trickles of [false, true])
      it.live(`leaves in the socket what the target said first, and nothing of its own (trickles: ${trickles})`, () =>
        Effect.gen(function* () {
          const target = yield* silentServer("and last")
          const proxy = yield* start({ firstWords: "first, ", trickles })
          const socket = yield* withSocket({ host, port: proxy.port }, (socket) =>
            Effect.gen(function* () {
              yield* connected(socket, { host, port: proxy.port })
              const before = listenersOf(socket)
              yield* open(socket, addressOf(protocol, proxy.port), { host, port: target.port })
              assert.deepStrictEqual(listenersOf(socket), before)
              return socket
            })
          )
          assert.strictEqual(yield* read(socket, 7), "first, ")
          socket.write("hello")
          assert.strictEqual(yield* read(socket, 8), "and last")
          socket.destroy()
          yield* proxy.when(({ openSockets, openTargets }) => openSockets + openTargets === 0)
        })
      )

    it.live("is not waited for where the proxy is gone already", () =>
      Effect.gen(function* () {
        const socket = new Socket()
        yield* Effect.callback<void>((resume) => {
          socket.once("close", () => resume(Effect.void)).destroy()
        })
        const { message } = yield* Effect.flip(open(socket, addressOf(protocol, 1), { host: "models.test", port: 443 }))
        assert.include(message, "closed the connection to models.test:443")
      })
    )
  })

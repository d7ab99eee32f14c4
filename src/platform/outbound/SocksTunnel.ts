/** SOCKS 5 (RFC 1928), by the package `socks` over a socket of ours, so that who closes it ends the handshake too. */
import type { Socket } from "node:net"
import { Duration, Effect } from "effect"
import { SocksClient, type SocksClientOptions } from "socks"
import type { ProxyAddress } from "./ProxyAddress.ts"
import { ProxyFailed } from "./ProxyFailed.ts"
import { authorityOf, type Target } from "./Target.ts"

const LONGEST_TEXT = 255

/**
 * Has a SOCKS proxy at the other end of the socket connect it to the target, whose name the proxy resolves. Whoever waits
 * for it gives up after `patience`.
 */
export const openSocksTunnel = Effect.fnUntraced(function* (
  socket: Socket,
  proxy: ProxyAddress,
  target: Target,
  patience: Duration.Duration
) {
  const failed = (detail: string) => new ProxyFailed({ proxy: proxy.label, detail, timedOut: false })
  // The library throws at a text that is too long, where nobody catches it.
  if (proxy.credentials !== undefined && Object.values(proxy.credentials).some(isTooLong))
    return yield* failed(`has a user name or password of more than ${LONGEST_TEXT} bytes`)
  if (isTooLong(target.host)) return yield* failed(`cannot be told a host name of more than ${LONGEST_TEXT} bytes`)
  yield* Effect.mapError(handshake(socket, optionsFor(proxy, target, patience)), (reason) =>
    failed(wordsFor(reason, proxy, target))
  )
})

const isTooLong = (text: string): boolean => Buffer.byteLength(text) > LONGEST_TEXT

const optionsFor = (proxy: ProxyAddress, target: Target, patience: Duration.Duration): SocksClientOptions => ({
  command: "connect",
  destination: target,
  proxy: {
    type: 5,
    host: proxy.host,
    port: proxy.port,
    ...(proxy.credentials && { userId: proxy.credentials.username, password: proxy.credentials.password })
  },
  // Never ours to end by. Its timer runs on after the handshake and keeps the socket in memory, hence not much longer.
  timeout: Duration.toMillis(patience) + 1000
})

/** Fails with the library's message alone: its error holds the password. */
const handshake = (socket: Socket, options: SocksClientOptions): Effect.Effect<void, string> =>
  Effect.callback((resume) => {
    // It would wait for the end of a socket that has ended.
    if (socket.destroyed) return resume(Effect.fail("Socket closed"))
    void SocksClient.createConnection({ ...options, existing_socket: socket }, (error) => {
      if (error !== null) return resume(Effect.fail(error.message))
      // On its next turn the library gives out as an event what came after the proxy's last word, and lets the socket
      // flow. Ours comes right after it.
      const rest: Array<Buffer> = []
      const keep = (chunk: Buffer) => rest.push(chunk)
      socket.on("data", keep)
      setImmediate(() => {
        socket.pause().off("data", keep)
        if (socket.destroyed || socket.readableEnded) return resume(Effect.fail("Socket closed"))
        if (rest.length > 0) socket.unshift(Buffer.concat(rest))
        resume(Effect.void)
      })
    })
  })

/** What the proxy did, told by the library's message. */
const wordsFor = (reason: string, { credentials }: ProxyAddress, target: Target): string => {
  const authority = authorityOf(target)
  if (reason.includes("socks version")) return "does not speak SOCKS 5"
  if (/authentication/i.test(reason)) {
    if (credentials === undefined) return "asks for a user name and password"
    return `${reason.includes("type") ? "does not take a" : "refused the"} user name and password`
  }
  const [, reply] = /^Socks5 proxy rejected connection - (.*)$/.exec(reason) ?? []
  if (reply !== undefined) return `made no connection to ${authority}: ${refusals.get(reply) ?? "it failed"}`
  return `closed the connection to ${authority} before it was made`
}

const refusals = new Map([
  ["NotAllowed", "its rules do not allow it"],
  ["NetworkUnreachable", "the network cannot be reached"],
  ["HostUnreachable", "the host cannot be reached"],
  ["ConnectionRefused", "the connection was refused"],
  ["TTLExpired", "the way there is too long"],
  ["CommandNotSupported", "it does not connect by TCP"],
  ["AddressNotSupported", "it does not know this kind of address"]
])

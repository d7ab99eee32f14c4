import type { Socket } from "node:net"
import { Duration, Effect } from "effect"
import { buildConnector, errors } from "undici"
import { openHttpTunnel } from "./HttpTunnel.ts"
import type { ProxyAddress } from "./ProxyAddress.ts"
import { ProxyFailed } from "./ProxyFailed.ts"
import { connected, secured, withSocket } from "./sockets.ts"
import { openSocksTunnel } from "./SocksTunnel.ts"
import { authorityOf, defaultPort, type Target } from "./Target.ts"

/** What to make connections with. */
export interface ConnectOptions {
  readonly connectTimeout: Duration.Duration
  /** Certificates to trust in place of the usual ones, in PEM. */
  readonly ca?: string | undefined
  /** Finds the addresses that may be connected to, or refuses; without it all that the host's name means may. */
  readonly guard?: Guard | undefined
}

/** Gives the addresses of a host, given without brackets, that a connection may be made to. */
export type Guard = (host: string) => Effect.Effect<ReadonlyArray<string>, Error>

/**
 * Makes one connection for requests to the origin. Fails with `ProxyFailed` where the proxy is to blame, with undici's
 * `ConnectTimeoutError` where the target does not answer in time, else as node does. A failure or an interruption leaves
 * no socket behind.
 */
export type Route = (to: buildConnector.Options) => Effect.Effect<Socket, Error>

/** The way to every target without a proxy, or through this one. */
export const makeRoute = (proxy: ProxyAddress | undefined, options: ConnectOptions): Route => {
  // With HTTP/2 calls would share a socket, so that ending a call could not close it.
  const tls = buildConnector({ ...(options.ca === undefined ? {} : { ca: options.ca }), allowH2: false, timeout: 0 })
  return proxy === undefined ? directRoute(tls, options) : proxyRoute(proxy, tls, options)
}

/** `withSocket`, to addresses that the guard lets through. */
const withGuarded = (
  target: Target,
  { connectTimeout, guard }: ConnectOptions,
  use: (socket: Socket) => Effect.Effect<Socket, Error>
): Effect.Effect<Socket, Error> =>
  guard === undefined
    ? withSocket(target, use)
    : guard(target.host).pipe(
        Effect.timeoutOrElse({ duration: connectTimeout, orElse: () => targetTimedOut(target, connectTimeout) }),
        Effect.flatMap((addresses) => withSocket(target, use, addresses))
      )

const directRoute =
  (tls: buildConnector.connector, options: ConnectOptions): Route =>
  (to) => {
    const target = targetOf(to)
    const { connectTimeout } = options
    return withGuarded(target, options, (socket) =>
      connected(socket, target).pipe(
        Effect.andThen(isSecure(to) ? secured(tls, to, socket) : Effect.succeed(socket)),
        Effect.timeoutOrElse({ duration: connectTimeout, orElse: () => targetTimedOut(target, connectTimeout) })
      )
    )
  }

const proxyRoute = (proxy: ProxyAddress, tls: buildConnector.connector, options: ConnectOptions): Route => {
  const { connectTimeout } = options
  const failed = (detail: string, timedOut = false) => new ProxyFailed({ proxy: proxy.label, detail, timedOut })
  const proxyOrigin = { hostname: proxy.host, host: proxy.host, protocol: "https:", port: String(proxy.port) }

  const reach = Effect.fnUntraced(function* (socket: Socket) {
    yield* Effect.mapError(connected(socket, proxy), (error) =>
      failed(`cannot be reached: ${wordsFor(error)}`, error instanceof errors.ConnectTimeoutError)
    )
    if (proxy.protocol !== "https") return socket
    return yield* Effect.mapError(secured(tls, proxyOrigin, socket), (error) =>
      failed(`cannot be spoken to by TLS: ${wordsFor(error)}`)
    )
  })

  const open = Effect.fnUntraced(function* (socket: Socket, to: buildConnector.Options) {
    const end = yield* reach(socket)
    if (proxy.protocol === "socks5") yield* openSocksTunnel(end, proxy, targetOf(to), connectTimeout)
    // What is not encrypted an HTTP proxy is asked to fetch itself, see `forwarding`.
    else if (isSecure(to)) yield* openHttpTunnel(end, proxy, targetOf(to))
    return end
  })

  return (to) => {
    const target = targetOf(to)
    return withGuarded(proxy, options, (socket) =>
      open(socket, to).pipe(
        Effect.timeoutOrElse({
          duration: connectTimeout,
          orElse: () =>
            Effect.fail(
              failed(`made no connection to ${authorityOf(target)} in ${Duration.format(connectTimeout)}`, true)
            )
        }),
        Effect.flatMap((end) =>
          isSecure(to)
            ? Effect.timeoutOrElse(secured(tls, to, end), {
                duration: connectTimeout,
                orElse: () => targetTimedOut(target, connectTimeout)
              })
            : Effect.succeed(end)
        )
      )
    )
  }
}

const isSecure = ({ protocol }: buildConnector.Options): boolean => protocol === "https:"

const targetOf = ({ hostname, port, protocol }: buildConnector.Options): Target => ({
  host: hostname,
  port: Number(port) || defaultPort(protocol)
})

const targetTimedOut = (target: Target, connectTimeout: Duration.Duration) =>
  Effect.fail(
    new errors.ConnectTimeoutError(`no connection to ${authorityOf(target)} in ${Duration.format(connectTimeout)}`)
  )

const words = new Map([
  ["ECONNREFUSED", "the connection was refused"],
  ["ECONNRESET", "the connection was closed"],
  ["EAI_AGAIN", "its host name was not found"],
  ["ENOTFOUND", "its host name was not found"],
  ["EHOSTUNREACH", "there is no way to it"],
  ["ENETUNREACH", "there is no way to it"],
  ["UND_ERR_CONNECT_TIMEOUT", "it did not answer"]
])

const wordsFor = (error: Error): string => {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name
  // What OpenSSL says of a record it cannot read names its source files.
  return words.get(code) ?? (code.startsWith("ERR_SSL") || error.message === "" ? code : error.message)
}

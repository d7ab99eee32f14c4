import { connect, type Socket } from "node:net"
import { Effect, Exit } from "effect"
import { type buildConnector, errors } from "undici"
import { pinnedTo } from "./pinned.ts"
import { authorityOf, type Target } from "./Target.ts"

/**
 * Opens a socket, which all that is built on it ends with, and closes it unless a connection comes of it. Where `addresses` are given
 * it is to one of them, whatever the host's name means at that moment.
 */
export const withSocket = (
  { host, port }: Target,
  use: (socket: Socket) => Effect.Effect<Socket, Error>,
  addresses?: ReadonlyArray<string>
): Effect.Effect<Socket, Error> =>
  Effect.suspend(() => {
    const socket = connect({
      host,
      port,
      noDelay: true,
      // Through networks that forget a silent connection after a few minutes, a model may be silent for longer.
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      ...(addresses === undefined ? {} : { lookup: pinnedTo(addresses) })
    })
    // Whoever waits for it listens too; an error after that must not be nobody's.
    socket.on("error", () => {})
    return Effect.onExit(use(socket), (exit) =>
      Exit.isSuccess(exit) ? Effect.void : Effect.sync(() => socket.destroy())
    )
  })

/** Waits for the other end. Fails with undici's `ConnectTimeoutError` where the system waited too long. */
export const connected = (socket: Socket, target: Target): Effect.Effect<void, Error> =>
  Effect.callback((resume) => {
    socket.once("connect", () => resume(Effect.void))
    socket.once("error", (error) =>
      resume(
        Effect.fail(
          isTimeout(error) ? new errors.ConnectTimeoutError(`no connection to ${authorityOf(target)}`) : error
        )
      )
    )
  })

/** Speaks TLS over the socket, with the host of `to`, whose certificate is verified. */
export const secured = (
  tls: buildConnector.connector,
  to: buildConnector.Options,
  socket: Socket
): Effect.Effect<Socket, Error> =>
  Effect.callback((resume) => {
    tls({ ...to, httpSocket: socket }, (error, secure) =>
      resume(error === null ? Effect.succeed(secure) : Effect.fail(error))
    )
  })

/** Several addresses of one host fail together, one of them perhaps by its time. */
const isTimeout = (error: Error): boolean =>
  ("code" in error && error.code === "ETIMEDOUT") ||
  (error instanceof AggregateError &&
    error.errors.some((each: unknown) => each instanceof Error && "code" in each && each.code === "ETIMEDOUT"))

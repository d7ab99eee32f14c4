import type { Socket } from "node:net"
import { Cause, type Effect, Exit, type Fiber } from "effect"
import { Client, type Dispatcher } from "undici"
import type { Route } from "./Route.ts"

/** Starts the making of a connection. */
export type Fork = (opening: Effect.Effect<Socket, Error>) => Fiber.Fiber<Socket, Error>

/** Tells that nobody waits for a request any more; an `AbortSignal` is one. */
export interface Leaving {
  readonly aborted: boolean
  readonly addEventListener: (type: "abort", listener: () => void) => void
  readonly removeEventListener: (type: "abort", listener: () => void) => void
}

const isLeaving = (signal: unknown): signal is Leaving =>
  typeof signal === "object" && signal !== null && "aborted" in signal && "addEventListener" in signal

/**
 * One connection of a pool. undici itself lets a connection that is being made be made to its end, though the request it
 * was for is aborted; here it is given up with the request. There is one request to a connection, so nobody else waits.
 */
export class ConnectingClient extends Client {
  readonly #asked: { signal: Leaving | undefined }

  constructor(origin: string | URL, options: Omit<Client.Options, "connect">, route: Route, fork: Fork) {
    const asked: { signal: Leaving | undefined } = { signal: undefined }
    super(origin, {
      ...options,
      connect: (to, callback) => {
        const { signal } = asked
        const opening = fork(route(to))
        const giveUp = () => opening.interruptUnsafe()
        signal?.addEventListener("abort", giveUp)
        opening.addObserver((exit) => {
          signal?.removeEventListener("abort", giveUp)
          if (Exit.isSuccess(exit)) callback(null, exit.value)
          else callback(errorOf(exit.cause), null)
        })
        if (signal?.aborted === true) giveUp()
      }
    })
    this.#asked = asked
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#asked.signal = "signal" in options && isLeaving(options.signal) ? options.signal : undefined
    return super.dispatch(options, handler)
  }
}

const errorOf = (cause: Cause.Cause<Error>): Error => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error : new Error("no connection was made")
}

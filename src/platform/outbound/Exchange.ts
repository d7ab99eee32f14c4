// One request and its reply, right on undici's dispatcher: what an HTTP client for all purposes puts around it (a URL, an abort signal, a
// readable stream, headers made anew whenever they are looked at) is a good part of what passing a reply on costs.
import { type Array as Arr, Cause, Effect, Exit, Pull, Schema, Scope } from "effect"
import type { Dispatcher } from "undici"

/** A POST with all of its body. */
export interface Outgoing {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Told when the request is on its way: there is a connection, and it is being written. */
  readonly onSent?: () => void
}

/** A reply whose headers have come; their names are in lower case. */
export interface Incoming {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** What has come of the body since it was pulled before, in order. Whoever does not pull holds the sender up. */
  readonly body: BodyPull
}

type Pieces = Arr.NonEmptyReadonlyArray<Uint8Array>
export type BodyPull = Pull.Pull<Pieces, ExchangeFailed>

/** No reply came, or not all of it: by `cause`, a fault of the connection or of the proxy, or the scope was closed. */
export class ExchangeFailed extends Schema.TaggedError<ExchangeFailed>()("ExchangeFailed", {
  cause: Schema.Defect()
}) {}

/** Sends a request; the reply can be read while the scope is open, and closing it ends what is not over. */
export type Exchange = (outgoing: Outgoing) => Effect.Effect<Incoming, ExchangeFailed, Scope.Scope>

/** So much of a body is kept for a reader that takes its time, in bytes. */
const mostUnread = 64 * 1024
/** In milliseconds: how long a platform takes is for the caller to bound. */
const noTimeout = { headersTimeout: 0, bodyTimeout: 0 }

export const makeExchange =
  (dispatcher: Dispatcher): Exchange =>
  ({ body, headers, onSent, url }) =>
    Effect.flatMap(Effect.scope, (scope) => {
      const target = URL.parse(url)
      if (target === null) return Effect.fail(new ExchangeFailed({ cause: new Error("no address of a server") }))
      const reply = new Reply(onSent)
      const options = {
        ...noTimeout,
        method: "POST" as const,
        origin: target.origin,
        path: target.pathname + target.search,
        headers,
        body,
        // For `ConnectingClient`, which gives up the connection that is being made.
        signal: reply
      }
      const begun = Effect.callback<Incoming, ExchangeFailed>((resume) => {
        // In a scope that was closed before: nothing is sent, and nobody would say so.
        if (reply.aborted) return resume(Effect.fail(new ExchangeFailed({ cause: left })))
        reply.begun = resume
        dispatcher.dispatch(options, reply)
        return Effect.sync(() => reply.leave())
      })
      return Effect.andThen(
        Scope.addFinalizer(
          scope,
          Effect.sync(() => reply.leave())
        ),
        begun
      )
    })

const ended = Exit.fail(Cause.Done())
const left = new Error("nobody waits for it any more")

/** What comes of a request. To whoever makes its connection it is what an `AbortSignal` would be. */
class Reply implements Dispatcher.DispatchHandler {
  begun: ((reply: Effect.Effect<Incoming, ExchangeFailed>) => void) | undefined
  aborted = false
  #controller: Dispatcher.DispatchController | undefined
  readonly #onSent: (() => void) | undefined
  readonly #listeners = new Set<() => void>()
  #pieces: Array<Uint8Array> = []
  #unread = 0
  /** How it ended, if it has. */
  #end: Exit.Exit<never, ExchangeFailed | Cause.Done> | undefined
  #wake: (() => void) | undefined

  constructor(onSent: (() => void) | undefined) {
    this.#onSent = onSent
  }

  addEventListener(_: "abort", listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_: "abort", listener: () => void): void {
    this.#listeners.delete(listener)
  }

  /** Ends what is not over; a reply that has come whole leaves its connection to others. */
  leave(): void {
    if (this.aborted || this.#end !== undefined) return
    this.aborted = true
    this.#controller?.abort(left)
    for (const listener of this.#listeners) listener()
    this.#over(Exit.fail(new ExchangeFailed({ cause: left })))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.aborted) controller.abort(left)
    else this.#onSent?.()
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | Array<string> | undefined>
  ): void {
    // 100 and 103 only announce the reply.
    if (status < 200) return
    this.begun?.(Effect.succeed({ status, headers: oneOfEach(headers), body: this.#pull }))
    this.begun = undefined
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#unread += piece.length
    if (this.#unread > mostUnread) controller.pause()
    this.#wake?.()
  }

  onResponseEnd(): void {
    // Whoever has waited for this goes on at once, and is not to do so before undici is done with the request. It leaves the connection
    // alone for one turn of the event loop, in which servers may still close it, and then gives it to the next request.
    queueMicrotask(() => this.#over(ended))
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    this.#over(Exit.fail(new ExchangeFailed({ cause })))
  }

  #over(end: Exit.Exit<never, ExchangeFailed | Cause.Done>): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.begun?.(Effect.catch(end, (why) => Effect.fail(Cause.isDone(why) ? new ExchangeFailed({ cause: left }) : why)))
    this.begun = undefined
    this.#wake?.()
  }

  readonly #pull: BodyPull = Effect.suspend((): BodyPull => {
    const pieces = this.#pieces
    if (isSome(pieces)) {
      this.#pieces = []
      this.#unread = 0
      if (this.#controller?.paused === true) this.#controller.resume()
      return Effect.succeed(pieces)
    }
    return this.#end ?? Effect.andThen(this.#more, this.#pull)
  })

  readonly #more = Effect.callback<void>((resume) => {
    // The reader may have made way for others after it had looked, and something come since.
    if (isSome(this.#pieces) || this.#end !== undefined) return resume(Effect.void)
    this.#wake = () => {
      this.#wake = undefined
      resume(Effect.void)
    }
    return Effect.sync(() => {
      this.#wake = undefined
    })
  })
}

const isSome = (pieces: ReadonlyArray<Uint8Array>): pieces is Pieces => pieces.length > 0

/** A header that came more than once has its values in one list. */
const oneOfEach = (headers: Record<string, string | Array<string> | undefined>): Record<string, string> => {
  const one: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) one[name] = typeof value === "string" ? value : value.join(", ")
  }
  return one
}

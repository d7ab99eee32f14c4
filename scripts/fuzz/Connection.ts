// A connection that is kept alive: one exchange at a time. One that breaks, or that is left in the middle, is opened anew.
import { Effect } from "effect"
import { connect } from "node:net"
import type { Socket } from "node:net"
import { type FuzzRequest, isBrokenOff, piecesOf } from "./FuzzRequest.ts"
import { readReply, type Reply } from "./Reply.ts"

/** What came of a request. */
export type Outcome =
  | { readonly kind: "reply"; readonly reply: Reply }
  /** The connection was closed without a reply. */
  | { readonly kind: "closed" }
  /** The connection was closed in the middle of a reply. */
  | { readonly kind: "cut"; readonly reply: Reply }
  /** A reply has begun and has not come to its end within the time. */
  | { readonly kind: "unfinished"; readonly reply: Reply }
  /** What came is no HTTP. */
  | { readonly kind: "malformed"; readonly bytes: Buffer }
  /** Nothing came within the time. */
  | { readonly kind: "silence" }
  /** No connection is to be had. */
  | { readonly kind: "refused" }

export interface Connection {
  readonly exchange: (request: FuzzRequest) => Effect.Effect<Outcome>
  readonly close: () => void
}

/** How long a reply may be awaited, and how long a stream is listened to, in milliseconds. */
export interface Patience {
  readonly reply: number
  readonly stream: number
}

/** A connection to a port of 127.0.0.1, opened with its first exchange. */
export const makeConnection = (port: number, patience: Patience): Connection => {
  let kept: Socket | undefined
  const close = () => {
    kept?.destroy()
    kept = undefined
  }

  const exchange = (request: FuzzRequest) =>
    Effect.callback<Outcome>((resume) => {
      const socket = kept ?? connect({ port, host: "127.0.0.1", noDelay: true })
      kept = socket
      const started = performance.now()
      let awaited = request.delivery === "pipelined" ? 2 : 1
      let bytes: Buffer = Buffer.alloc(0)
      let millis: number | undefined
      let latest: Reply | undefined
      let wasRefused = false

      const settle = (outcome: Outcome, keep: boolean) => {
        clearTimeout(timer)
        socket.removeAllListeners()
        // Errors that nobody waits for any more.
        socket.on("error", () => {})
        if (keep) socket.once("close", () => (kept = kept === socket ? undefined : kept))
        else close()
        resume(Effect.succeed(outcome))
      }
      const giveUp = () => {
        if (latest === undefined) return settle({ kind: "silence" }, false)
        settle({ kind: isEventStream(latest) ? "reply" : "unfinished", reply: latest }, false)
      }
      let timer = setTimeout(giveUp, patience.reply)

      const read = (isLast: boolean): void => {
        const found = readReply(bytes, request.method === "HEAD", isLast)
        if (found.kind === "malformed") return settle({ kind: "malformed", bytes }, false)
        if (found.kind === "nothing")
          return isLast ? settle({ kind: wasRefused ? "refused" : "closed" }, false) : undefined
        millis ??= performance.now() - started
        const reply = { ...found.reply, millis }
        if (found.kind === "begun") {
          if (isLast) return settle({ kind: "cut", reply }, false)
          if (latest === undefined && isEventStream(reply)) {
            clearTimeout(timer)
            timer = setTimeout(giveUp, patience.stream)
          }
          latest = reply
          return
        }
        awaited--
        const goesOn = reply.headers.get("connection") !== "close"
        if (awaited > 0 && goesOn) {
          bytes = bytes.subarray(found.length)
          return read(isLast)
        }
        settle({ kind: "reply", reply }, goesOn && bytes.length === found.length && keepsConnection(request))
      }

      socket.on("data", (piece: Buffer) => {
        bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece])
        read(false)
      })
      socket.on("error", (error) => (wasRefused = "syscall" in error && error.syscall === "connect"))
      // It follows every error.
      socket.on("close", () => read(true))
      write(socket, request)
      return Effect.sync(() => settle({ kind: "closed" }, false))
    })

  return { exchange, close }
}

const isEventStream = ({ headers }: Reply): boolean =>
  headers.get("content-type")?.startsWith("text/event-stream") === true

const keepsConnection = ({ delivery, soundness }: FuzzRequest): boolean =>
  soundness !== "nothing" && (delivery === "whole" || delivery === "chunked" || delivery === "continued")

const write = (socket: Socket, request: FuzzRequest): void => {
  const pieces = piecesOf(request)
  if (isBrokenOff(request)) {
    socket.end(Buffer.concat(pieces))
  } else {
    for (const piece of pieces) socket.write(piece)
  }
}

import type { Socket } from "node:net"
import { Effect, Schema } from "effect"

/** Longer answers of a proxy to a handshake are none. */
const LONGEST = 64 * 1024

/** The other side went silent or said what nobody can read, before the handshake was over. */
export class HandshakeBroken extends Schema.TaggedError<HandshakeBroken>()("HandshakeBroken", {
  why: Schema.Literals(["closed", "too long"])
}) {}

/**
 * Reads as many bytes as `complete` says a whole message has, given what came so far (`undefined`: not whole yet), and
 * leaves the rest in the socket.
 */
export const readUntil = (
  socket: Socket,
  complete: (received: Buffer) => number | undefined
): Effect.Effect<Buffer, HandshakeBroken> =>
  Effect.callback<Buffer, HandshakeBroken>((resume) => {
    let received = Buffer.alloc(0)
    const stop = () => {
      socket.off("readable", onReadable).off("end", onClose).off("close", onClose)
    }
    const onClose = () => {
      stop()
      resume(Effect.fail(new HandshakeBroken({ why: "closed" })))
    }
    const onReadable = () => {
      for (let chunk: unknown = socket.read(); chunk instanceof Buffer; chunk = socket.read())
        received = Buffer.concat([received, chunk])
      const length = complete(received)
      if (length === undefined && received.length <= LONGEST) return
      stop()
      if (length === undefined) return resume(Effect.fail(new HandshakeBroken({ why: "too long" })))
      if (received.length > length) socket.unshift(received.subarray(length))
      resume(Effect.succeed(received.subarray(0, length)))
    }
    if (socket.destroyed || socket.readableEnded) return onClose()
    socket.on("readable", onReadable).on("end", onClose).on("close", onClose)
    return Effect.sync(stop)
  })

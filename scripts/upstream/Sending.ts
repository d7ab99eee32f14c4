// Puts a wire on a socket.
import type { ServerResponse } from "node:http"
import type { ByteWire, Wire } from "./Wire.ts"

/** What sending needs to know of the exchange around it. */
export interface Circumstances {
  readonly chunkDelayMs: number
  /** Runs something after so many milliseconds, unless the exchange is over by then. */
  readonly later: (ms: number, run: () => void) => void
  /** Called right before the socket is closed from this side. */
  readonly onBreak: () => void
}

/** Sends a wire as the reply; returns at once. */
export const send = (response: ServerResponse, wire: Wire, circumstances: Circumstances): void => {
  if (wire.kind === "silence") return
  if (wire.kind === "reset") {
    circumstances.onBreak()
    response.req.socket.resetAndDestroy()
    return
  }
  response.writeHead(wire.status, wire.headers)
  sendPieces(response, wire, 0, circumstances)
}

const sendPieces = (response: ServerResponse, wire: ByteWire, from: number, circumstances: Circumstances): void => {
  // A piece at a time only where there is a delay between them: one write is much cheaper than many.
  const next = circumstances.chunkDelayMs > 0 ? from + 1 : wire.pieces.length
  const portion = joined(wire.pieces.slice(from, next))
  if (next < wire.pieces.length) {
    response.write(portion)
    circumstances.later(circumstances.chunkDelayMs, () => sendPieces(response, wire, next, circumstances))
    return
  }
  switch (wire.ending) {
    case "end":
      response.end(portion)
      return
    case "cut":
      // Only once the bytes are with the kernel, or closing would lose them.
      response.write(portion, () => {
        circumstances.onBreak()
        response.req.socket.destroy()
      })
      return
    case "hang":
      response.flushHeaders()
      if (portion.length > 0) response.write(portion)
  }
}

const joined = (pieces: ReadonlyArray<string | Buffer>): string | Buffer => {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return only
  return pieces.every((piece) => typeof piece === "string") ? pieces.join("") : Buffer.concat(pieces.map(Buffer.from))
}

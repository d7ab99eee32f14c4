// A kept-alive connection with one request in flight. A connection that breaks is opened again.
import { connect } from "node:net"
import type { Socket } from "node:net"
import { readResponse } from "./HttpResponse.ts"
import type { HttpResponse } from "./HttpResponse.ts"

/** A connection that stays open, by being opened again, until it is closed. */
export interface Connection {
  /** Sends a request; only when open, and when the one before is answered. */
  readonly send: (request: Buffer) => void
  /** Whether a request is unanswered. */
  readonly isWaiting: () => boolean
  /** For good; nothing is called back any more. */
  readonly close: () => void
}

/** What is heard of a connection. */
export interface ConnectionEvents {
  /** It is open, for the first time or again: a request may be sent. */
  readonly onOpen: (connection: Connection) => void
  /** An answer, with the time it took; its body is valid until this returns. Unless it closes, a request may be sent. */
  readonly onResponse: (connection: Connection, response: HttpResponse, millis: number) => void
  /** It was refused, closed too soon, or carried these bytes, which are no answer to a request. */
  readonly onBroken: (bytes: Buffer | undefined) => void
}

const bufferBytes = 32 * 1024
// Long enough that a server which refuses connections is not the generator's only occupation.
const reopenMillis = 20

/** Opens a connection to a port of 127.0.0.1. */
export const openConnection = (port: number, events: ConnectionEvents): Connection => {
  // One buffer for all reads: a response is read where it arrived.
  const buffer = Buffer.allocUnsafeSlow(bufferBytes)
  let socket: Socket | undefined
  let reopening: NodeJS.Timeout | undefined
  /** The beginning of a response that does not arrive in one piece. */
  let pending: Buffer | undefined
  let waiting = false
  let sentAt = 0

  const open = () => {
    const opened = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          if (socket === opened) receive(buffer.subarray(0, length))
          return true
        }
      }
    })
    socket = opened
    opened.on("connect", () => {
      if (socket === opened) events.onOpen(connection)
    })
    // A close follows every error.
    opened.on("error", () => {})
    opened.on("close", () => {
      if (socket === opened) breakOff(undefined)
    })
  }

  const receive = (read: Buffer) => {
    const bytes = pending === undefined ? read : Buffer.concat([pending, read])
    const response = readResponse(bytes)
    if (response === "incomplete") {
      pending = bytes === read ? Buffer.from(read) : bytes
      return
    }
    // Bytes that nobody asked for would be taken for the next answer.
    if (response === "malformed" || response.length !== bytes.length || !waiting) return breakOff(bytes)
    pending = undefined
    waiting = false
    if (response.closes) reopen()
    events.onResponse(connection, response, performance.now() - sentAt)
  }

  const breakOff = (bytes: Buffer | undefined) => {
    reopen()
    events.onBroken(bytes)
  }

  const drop = () => {
    const dropped = socket
    socket = undefined
    pending = undefined
    waiting = false
    dropped?.destroy()
  }

  const reopen = () => {
    drop()
    reopening = setTimeout(open, reopenMillis)
  }

  const connection: Connection = {
    send: (request) => {
      waiting = true
      sentAt = performance.now()
      socket?.write(request)
    },
    isWaiting: () => waiting,
    close: () => {
      clearTimeout(reopening)
      drop()
    }
  }
  open()
  return connection
}

// A client without any HTTP library in between: shows what is on the wire, faults included.
import { once } from "node:events"
import { connect } from "node:net"

/** A reply as far as it has come. Texts are latin1, so that a character is a byte. */
export interface Seen {
  /** 0 before there is one. */
  readonly status: number
  /** The status line and the headers; "" before they are whole. */
  readonly head: string
  /** Without the framing of chunks. */
  readonly body: string
  /** The `content-length`; NaN without one. */
  readonly announced: number
  /** Whether the body is as long as announced, or its last chunk has come. */
  readonly complete: boolean
}

/** One call in progress. */
export interface BareCall {
  readonly seen: () => Seen
  /** Settles once the socket is closed, or reset, by the other side. */
  readonly ended: Promise<"closed" | "reset">
  /** Settles once what has come satisfies the condition. */
  readonly until: (holds: (seen: Seen) => boolean) => Promise<void>
  /** Closes the socket. */
  readonly leave: () => void
}

/** Posts a JSON body to the chat completions of the server at this port of 127.0.0.1. */
export const dial = (port: number, body: string): BareCall => {
  const socket = connect(port, "127.0.0.1")
  let bytes = Buffer.alloc(0)
  let ending: "closed" | "reset" = "closed"
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
  })
  socket.on("error", () => {
    ending = "reset"
  })
  const ended = new Promise<"closed" | "reset">((resolve) => socket.on("close", () => resolve(ending)))
  socket.write(
    [
      "POST /v1/chat/completions HTTP/1.1",
      "host: 127.0.0.1",
      "connection: close",
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(body)}`,
      "",
      body
    ].join("\r\n")
  )
  return {
    seen: () => seenIn(bytes.toString("latin1")),
    ended,
    until: async (holds) => {
      while (!holds(seenIn(bytes.toString("latin1")))) await once(socket, "data")
    },
    leave: () => socket.destroy()
  }
}

const seenIn = (text: string): Seen => {
  const headEnd = text.indexOf("\r\n\r\n")
  if (headEnd < 0) return { status: 0, head: "", body: "", announced: NaN, complete: false }
  const head = text.slice(0, headEnd)
  const rest = text.slice(headEnd + 4)
  const announced = Number(/content-length: (\d+)/i.exec(head)?.[1])
  const framed = /transfer-encoding: chunked/i.test(head)
    ? withoutChunks(rest)
    : { body: rest, complete: rest.length === announced }
  return { status: Number(head.split(" ", 2)[1]), head, announced, ...framed }
}

const withoutChunks = (text: string): { readonly body: string; readonly complete: boolean } => {
  let body = ""
  for (let position = 0; ;) {
    const line = /^([0-9a-f]+)\r\n/.exec(text.slice(position))
    const size = parseInt(line?.[1] ?? "", 16)
    if (line === null || size === 0) return { body, complete: size === 0 }
    const start = position + line[0].length
    body += text.slice(start, start + size)
    position = start + size + 2
  }
}

// One request on a connection of its own.
import { Effect } from "effect"
import { connect } from "node:net"
import type { Row, SentRequest } from "./Row.ts"

/** What came. */
export interface SeenReply {
  /** 0 where there was none. */
  readonly status: number
  readonly text: string
}

/** Whether a reply is what the row asks for. */
export const isWanted = ({ wanted }: Row, { status, text }: SeenReply): boolean =>
  (typeof wanted.status === "number" ? wanted.status === status : wanted.status.includes(status)) &&
  (wanted.text === undefined || wanted.text.test(text))

/** A request as it goes over the wire, with this key unless it says otherwise. */
export const bytesOf = ({ body = "", headers = {}, method, path }: SentRequest, key: string): Buffer => {
  const content = typeof body === "string" ? Buffer.from(body) : body
  const all: Record<string, string> = {
    host: "127.0.0.1",
    connection: "close",
    authorization: `Bearer ${key}`,
    ...(method === "GET" && content.length === 0 ? {} : { "content-length": String(content.length) }),
    ...headers
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n`), content])
}

const patience = "30 seconds"

/** Sends it on a connection of its own, and reads the reply as far as it comes. */
export const exchange = (port: number, bytes: Buffer): Effect.Effect<SeenReply> =>
  Effect.callback<SeenReply>((resume) => {
    const socket = connect({ port, host: "127.0.0.1" })
    const pieces: Array<Buffer> = []
    const say = () => {
      const text = Buffer.concat(pieces).toString()
      socket.destroy()
      resume(
        Effect.succeed({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text: text.slice(0, 20_000) })
      )
    }
    socket.on("data", (piece: Buffer) => pieces.push(piece))
    // A server that has said what it has to say may close while the rest is on its way.
    socket.on("error", () => {})
    socket.on("close", say)
    socket.write(bytes)
    return Effect.sync(() => socket.destroy())
  }).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed({ status: 0, text: "" }) }))

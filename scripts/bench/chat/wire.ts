// What is sent in this benchmark, byte for byte the same to Siku and to the raw pass-through.
import { Option, Schema } from "effect"

/** What a request asks of the upstream, in its last user message: see `upstreamServer.ts`. */
const Order = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("whole") }),
  /** A stream of so many pieces, so far apart. */
  Schema.Struct({ kind: Schema.Literal("stream"), pieces: Schema.Int, intervalMillis: Schema.Finite }),
  /** A stream without end, as fast as it is read. */
  Schema.Struct({ kind: Schema.Literal("flood") })
])
export type Order = typeof Order.Type

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Order))

/** The order in a text, none in any other. */
export const orderIn = (text: string): Order | undefined => Option.getOrUndefined(decode(text))

/** A model that is asked directly, by the name that Siku has for it. */
const model = "custom/bench-model"

/** The body of a request. */
export const bodyFor = (order: Order): string =>
  JSON.stringify({
    model,
    messages: [
      { role: "system", content: "Answer the question." },
      { role: "user", content: JSON.stringify(order) }
    ],
    temperature: 0.5,
    max_tokens: 500,
    ...(order.kind === "whole" ? {} : { stream: true })
  })

export const path = "/v1/chat/completions"

/** A request for a whole reply, headers and body. */
export const wholeRequest = (): Buffer => {
  const body = bodyFor({ kind: "whole" })
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer sk-of-a-benchmark\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: keep-alive\r\n\r\n${body}`
  )
}

/** What a whole reply says. */
export const answer = "选项甲符合题意，故选甲。The first option fits the question, so that is the answer."

/** Of the clock that all processes of a machine share. */
export const sharedMicros = (): number => Number(process.hrtime.bigint() / 1000n)

/** A piece of a stream: its number, and when it was sent. */
export const pieceText = (at: number): string => `${at}:${sharedMicros()} `

/** Finds the pieces in the bytes of a stream. */
export const piecePattern = /"content":"(\d+):(\d+) "/g

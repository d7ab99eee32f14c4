// Many streams at once, each read as it comes.
import { Effect } from "effect"
import { Agent, request } from "node:http"
import { makeHistogram } from "../Histogram.ts"
import type { Histogram } from "../Histogram.ts"
import { bodyFor, path, piecePattern, sharedMicros } from "./wire.ts"

export interface StreamsLoad {
  readonly port: number
  readonly streams: number
  readonly pieces: number
  readonly intervalMillis: number
}

/** What came of all streams together. */
export interface StreamsResult {
  /** The most that had begun and not ended. */
  readonly atOnce: number
  /** From when the upstream sent a piece until it was here, in milliseconds. */
  readonly delay: Histogram
  /** Pieces that did not come, came twice or out of order, and ends that were none. */
  readonly lost: number
  readonly firstLost: string | undefined
}

/** Reads so many streams to their ends; they begin one after the other within an interval. */
export const readStreams = ({ intervalMillis, pieces, port, streams }: StreamsLoad): Effect.Effect<StreamsResult> =>
  Effect.promise(async (signal) => {
    const delay = makeHistogram()
    const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
    const body = bodyFor({ kind: "stream", pieces, intervalMillis })
    const open = { now: 0, most: 0 }
    let lost = 0
    let firstLost: string | undefined

    const readOne = async (at: number) => {
      await new Promise((resolve) => setTimeout(resolve, (at * intervalMillis) / streams))
      const text = await read({ port, agent, body, signal }, (piece) => {
        if (piece.at === 0) open.most = Math.max(open.most, ++open.now)
        delay.record(piece.millis)
      })
      open.now--
      const missing = missingIn(text, pieces)
      if (missing > 0) firstLost ??= `stream ${at}: ${text.slice(-300)}`
      lost += missing
    }

    await Promise.all(Array.from({ length: streams }, (_, at) => readOne(at)))
    agent.destroy()
    return { atOnce: open.most, delay, lost, firstLost }
  })

interface Piece {
  readonly at: number
  readonly millis: number
}

/** The text of one stream, as far as it comes; tells of each piece when it is here. */
const read = (
  { agent, body, port, signal }: Pick<StreamsLoad, "port"> & { agent: Agent; body: string; signal: AbortSignal },
  onPiece: (piece: Piece) => void
): Promise<string> =>
  new Promise((resolve) => {
    let text = ""
    let seen = 0
    const sent = request(
      {
        port,
        host: "127.0.0.1",
        path,
        method: "POST",
        agent,
        signal,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          authorization: "Bearer sk-of-a-benchmark"
        }
      },
      (response) => {
        response.setEncoding("utf8")
        response.on("data", (bytes: string) => {
          const now = sharedMicros()
          text += bytes
          const end = text.lastIndexOf("\n\n")
          if (end < seen) return
          for (const [, at, sentAt] of text.slice(seen, end).matchAll(piecePattern)) {
            onPiece({ at: Number(at), millis: (now - Number(sentAt)) / 1000 })
          }
          seen = end
        })
        response.once("close", () => resolve(text))
      }
    )
    sent.once("error", (error) => resolve(`${text}\n${error.message}`))
    sent.end(body)
  })

/** How many pieces are missing, or at least one where the stream is not whole in another way. */
const missingIn = (text: string, pieces: number): number => {
  const numbers = [...text.matchAll(piecePattern)].map(([, at]) => Number(at))
  const isWhole =
    numbers.length === pieces &&
    numbers.every((number, at) => number === at) &&
    text.includes('"finish_reason":"stop"') &&
    text.endsWith("data: [DONE]\n\n")
  return isWhole ? 0 : Math.max(1, pieces - new Set(numbers).size)
}

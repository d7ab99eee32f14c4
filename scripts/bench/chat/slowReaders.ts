// Clients that ask for a stream without end and do not read it.
import { Effect, Schedule, Schema } from "effect"
import { request } from "node:http"
import { usageOf } from "../ProcessUsage.ts"
import type { ServerProcess } from "../ServerProcess.ts"
import { bodyFor, path } from "./wire.ts"

/** What the server under test, and the upstream, did meanwhile; in megabytes of 1024 KB. */
export interface SlowReaders {
  readonly readers: number
  readonly rssBefore: number
  readonly rssMost: number
  /** What the upstream could send to each before it was held up: most of it is in the sockets of the machine. */
  readonly sentToEach: number
  /** Whether the upstream was held up at all. */
  readonly isHeldUp: boolean
}

const lookEvery = "1 second"
const mostSeconds = 40
/** The upstream counts as held up when it sent nothing for so many looks. */
const quietLooks = 3

/** Opens streams, reads none of them, and waits until the upstream can send no more. */
export const slowReaders = Effect.fnUntraced(function* (
  server: ServerProcess,
  upstream: ServerProcess,
  readers: number
) {
  const rss = () => (usageOf(server.pid)?.rssBytes ?? NaN) / 1024 ** 2
  const rssBefore = rss()
  const sentBefore = yield* flooded(upstream.port)
  yield* Effect.forEach(Array.from({ length: readers }), () => openUnread(server.port))
  let rssMost = rssBefore
  let quiet = 0
  let sent = sentBefore
  const look = Effect.gen(function* () {
    rssMost = Math.max(rssMost, rss())
    const now = yield* flooded(upstream.port)
    quiet = now > sentBefore && now === sent ? quiet + 1 : 0
    sent = now
  })
  yield* Effect.repeat(look, {
    until: () => quiet >= quietLooks,
    schedule: Schedule.spaced(lookEvery).pipe(Schedule.upTo({ times: mostSeconds }))
  })
  const result: SlowReaders = {
    readers,
    rssBefore,
    rssMost,
    sentToEach: (sent - sentBefore) / readers / 1024 ** 2,
    isHeldUp: quiet >= quietLooks
  }
  return result
}, Effect.scoped)

const openUnread = (port: number) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const body = bodyFor({ kind: "flood" })
      const sent = request(
        {
          port,
          host: "127.0.0.1",
          path,
          method: "POST",
          agent: false,
          headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) }
        },
        (response) => response.pause()
      )
      sent.on("error", () => {})
      sent.end(body)
      return sent
    }),
    (sent) => Effect.sync(() => sent.destroy())
  )

const decode = Schema.decodeUnknownSync(Schema.Struct({ flooded: Schema.Finite }))

const flooded = (port: number): Effect.Effect<number> =>
  Effect.promise(async (signal) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal })
    return decode(await response.json()).flooded
  })

// One row: sent several times, each time another request of its kind, and the best of these counts, for what other programs do to the
// machine makes figures worse and never better.
import { Effect } from "effect"
import { bytesOf, exchange, isWanted, type SeenReply } from "./exchange.ts"
import { adminKey } from "./names.ts"
import type { Row } from "./Row.ts"
import type { MeasuredService } from "./Service.ts"

export interface Measured {
  readonly row: Row
  /** Milliseconds of CPU of the longest stretch of the event loop; the least of all rounds. */
  readonly blockedMillis: number
  /** The same by the clock. */
  readonly lateMillis: number
  /** Bytes of memory that the process took at most beyond what it had; the least of all rounds. */
  readonly memoryBytes: number
  /** What came, of the last round. */
  readonly reply: SeenReply
  readonly isWanted: boolean
}

/** What may be taken: in milliseconds of CPU in one stretch, and in bytes. */
export const bounds = { millis: 20, largeMillis: 50, bytes: 100 * 1024 * 1024 }

export const isWithin = ({ blockedMillis, isWanted, memoryBytes, row }: Measured): boolean =>
  isWanted &&
  blockedMillis <= (row.isLarge === true ? bounds.largeMillis : bounds.millis) &&
  memoryBytes <= bounds.bytes

// Answers go on in the background: what they are stored with, lines of the log.
const settle = "40 millis"

export const measureRow = Effect.fnUntraced(function* (service: MeasuredService, row: Row, rounds: number) {
  let best: Omit<Measured, "row"> | undefined
  for (let round = 0; round < rounds; round++) {
    const number = ++sent
    const bytes = bytesOf(row.request(number), adminKey)
    yield* service.start
    const before = service.memory().now
    const reply = yield* exchange(service.port, bytes)
    yield* Effect.sleep(settle)
    const { blockedMillis, lateMillis } = yield* service.stop
    const memoryBytes = Math.max(0, service.memory().most - before)
    best = {
      blockedMillis: Math.min(best?.blockedMillis ?? Infinity, blockedMillis),
      lateMillis: Math.min(best?.lateMillis ?? Infinity, lateMillis),
      memoryBytes: Math.min(best?.memoryBytes ?? Infinity, memoryBytes),
      reply,
      isWanted: (best?.isWanted ?? true) && isWanted(row, reply)
    }
    const isGood = isWithin({ row, ...best })
    // Good once is good: what was worse came from elsewhere.
    if (isGood) break
  }
  return best === undefined ? undefined : ({ row, ...best } satisfies Measured)
})

// Of all rows together, so that none sends what another has sent.
let sent = 0

import { Effect, Layer } from "effect"
import { checking, degraded, ok } from "../HealthChecks.ts"
import { EventLoop } from "./EventLoop.ts"

/** In seconds: ten times what no stretch of work may take. */
const slow = 0.2

/** Tells when the event loop is too late to serve well. */
export const layer: Layer.Layer<never, never, EventLoop> = Layer.effectDiscard(
  Effect.flatMap(EventLoop, ({ settled }) =>
    checking(
      "event_loop",
      Effect.sync(() => {
        const p99 = settled()?.p99 ?? 0
        return p99 < slow ? ok : degraded(`work waits up to ${Math.round(p99 * 1000)} ms for its turn`)
      })
    )
  )
)

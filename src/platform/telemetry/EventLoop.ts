import { monitorEventLoopDelay, performance } from "node:perf_hooks"
import { Context, Effect, Layer } from "effect"

/** How long timers fired late, in seconds, and which share of the time the event loop was busy, from 0 to 1. */
export interface Lag {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly utilisation: number
}

// Between two looks at the clock; node counts it into each delay.
const resolutionMillis = 20
const windowLength = "5 seconds"

/** How late the event loop is. */
export class EventLoop extends Context.Service<
  EventLoop,
  {
    /** Of the last five seconds, or worse if what has come since is. */
    readonly lag: () => Lag
    /** Of the last five seconds; `undefined` in the first ones, for a start is busy. */
    readonly settled: () => Lag | undefined
  }
>()("siku/platform/telemetry/EventLoop") {
  static readonly layer: Layer.Layer<EventLoop> = Layer.effect(
    EventLoop,
    Effect.gen(function* () {
      const histogram = yield* Effect.acquireRelease(
        Effect.sync(() => {
          const made = monitorEventLoopDelay({ resolution: resolutionMillis })
          made.enable()
          return made
        }),
        (made) => Effect.sync(() => made.disable())
      )
      let before = performance.eventLoopUtilization()
      let last: Lag | undefined
      const read = (): Lag => lagOf(histogram, performance.eventLoopUtilization(before).utilization)
      const turn = Effect.sync(() => {
        last = read()
        before = performance.eventLoopUtilization()
        histogram.reset()
      })
      yield* Effect.forkScoped(Effect.forever(Effect.delay(turn, windowLength)))
      return EventLoop.of({ lag: () => worse(last, read()), settled: () => last })
    })
  )
}

// Shown as soon as it is there, and for five to ten seconds.
const worse = (last: Lag | undefined, now: Lag): Lag =>
  last === undefined || now.max > last.max ? { ...now, utilisation: last?.utilisation ?? now.utilisation } : last

const lagOf = (histogram: ReturnType<typeof monitorEventLoopDelay>, utilisation: number): Lag => ({
  p50: lateness(histogram.percentile(50), histogram.count),
  p99: lateness(histogram.percentile(99), histogram.count),
  max: lateness(histogram.max, histogram.count),
  utilisation
})

const lateness = (nanos: number, count: number): number =>
  count === 0 ? 0 : Math.max(0, nanos / 1e6 - resolutionMillis) / 1000

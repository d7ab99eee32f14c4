// Counts the fibers that are started where its service is provided, and by those fibers, wherever they are attached.
import { Effect, type Metric } from "effect"

/** The count of one cell. */
export interface FiberCount {
  /** To be provided as `Metric.FiberRuntimeMetrics`, which fibers inherit. */
  readonly service: Metric.FiberRuntimeMetricsService
  /** How many are alive. */
  readonly alive: () => number
  /** How many were ever started. */
  readonly started: () => number
  /** Waits until none is alive. */
  readonly none: Effect.Effect<void>
}

export const makeFiberCount = (): FiberCount => {
  const waiting = new Set<() => void>()
  let alive = 0
  let started = 0
  return {
    service: {
      recordFiberStart: () => {
        started++
        alive++
      },
      recordFiberEnd: () => {
        alive--
        if (alive === 0) for (const resume of waiting) resume()
      }
    },
    alive: () => alive,
    started: () => started,
    none: Effect.callback<void>((resume) => {
      if (alive === 0) return resume(Effect.void)
      const go = () => resume(Effect.void)
      waiting.add(go)
      return Effect.sync(() => waiting.delete(go))
    })
  }
}

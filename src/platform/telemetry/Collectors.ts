import { Context, Effect, type Scope } from "effect"

/** What brings gauges up to date before they are read: each is a short piece of work that never fails. */
export const Collectors = Context.Reference<Set<Effect.Effect<void>>>("siku/platform/telemetry/Collectors", {
  defaultValue: () => new Set()
})

/** Adds a piece of work for as long as the scope is open. */
export const collecting = (work: Effect.Effect<void>): Effect.Effect<void, never, Scope.Scope> =>
  Effect.flatMap(Collectors, (collectors) =>
    Effect.acquireRelease(
      Effect.sync(() => collectors.add(work)),
      () => Effect.sync(() => collectors.delete(work))
    )
  )

/** Brings all gauges up to date; what fails is logged, and leaves its own as they were. */
export const collectAll: Effect.Effect<void> = Effect.flatMap(Collectors, (collectors) =>
  Effect.forEach(
    collectors,
    (work) => Effect.catchCause(work, (cause) => Effect.logWarning("a gauge could not be read", cause)),
    { concurrency: "unbounded", discard: true }
  )
)

import { Effect, Exit, type Fiber, Option } from "effect"

/** How long a client waits for a sign of life. */
export const heartbeatEvery = "10 seconds"

/**
 * What a fiber ends with, where it does before the first heartbeat is due; it goes on all the same. One fiber keeps the time, where
 * `Effect.timeoutOption` takes two.
 */
export const untilHeartbeat = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<Option.Option<A>, E> =>
  Effect.flatMap(Effect.forkChild(Effect.sleep(heartbeatEvery), { startImmediately: true }), (time) =>
    Effect.callback<Option.Option<A>, E>((resume) => {
      const stopListening = [
        fiber.addObserver((exit) => {
          resume(Exit.map(exit, Option.some))
          time.interruptUnsafe()
        }),
        // Also when it is stopped, which then comes too late.
        time.addObserver(() => resume(Effect.succeedNone))
      ]
      return Effect.sync(() => {
        for (const stop of stopListening) stop()
        time.interruptUnsafe()
      })
    })
  )

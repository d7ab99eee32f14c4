import { Duration, Effect, Random, Schedule } from "effect"
import { steadyNow } from "../../platform/steadyTime.ts"
import type { ProviderError } from "../ProviderError.ts"

/** A platform that asks for a longer pause than this is treated as gone: nobody waits a minute for a quiz answer. */
export const longestRetryAfter = Duration.seconds(60)
/** The same where another model can be asked at once. */
export const longestRetryAfterWithFallback = Duration.seconds(5)
const firstDelay = Duration.millis(500)
const longestDelay = Duration.seconds(20)

/** An attempt that came to nothing. */
export interface AttemptFailure {
  readonly error: ProviderError
  /** The reason may pass, and the platform was asked or wants to be asked later. */
  readonly isRetryable: boolean
  /** The key was refused and another is left: it can be asked at once, which is no retry. */
  readonly hasOtherKey: boolean
  /** Milliseconds the platform asked to wait, where no other key can go before. */
  readonly pauseMillis: number | undefined
}

/**
 * Tries again what has failed: with another key at once, and by the schedule. Other than by `Effect.retry` alone, nothing is prepared for
 * that before a first attempt has failed, which next to none does.
 */
export const retrying = <A, R>(
  attempt: Effect.Effect<A, AttemptFailure, R>,
  schedule: () => Schedule.Schedule<unknown, AttemptFailure>
): Effect.Effect<A, AttemptFailure, R> =>
  Effect.catch(attempt, (failure) => {
    let failed: AttemptFailure | undefined = failure
    const again = Effect.suspend(() => {
      if (failed === undefined) return attempt
      const first = Effect.fail(failed)
      failed = undefined
      return first
    })
    return again.pipe(Effect.retry({ while: ({ hasOtherKey }) => hasOtherKey }), Effect.retry(schedule()))
  })

/**
 * When to try again: retryable reasons only, at most `times` more. The delay is drawn evenly from 0 to an exponential
 * bound (0.5 s doubling to 20 s; "full jitter"), so that callers who failed together do not return together; a pause
 * that the platform asked for is kept in full, with up to a tenth more, unless it is longer than `longestPause`. What would
 * begin after `until` (by `steadyMillis`) is not begun.
 */
export const retrySchedule = (options: {
  readonly times: number
  readonly longestPause: Duration.Duration
  readonly until: number
}): Schedule.Schedule<unknown, AttemptFailure> => {
  const longestPauseMillis = Duration.toMillis(options.longestPause)
  return Schedule.min([Schedule.exponential(firstDelay), Schedule.spaced(longestDelay)]).pipe(
    Schedule.upTo({ times: options.times }),
    Schedule.setInputType<AttemptFailure>(),
    Schedule.while(({ input }) => input.isRetryable && (input.pauseMillis ?? 0) <= longestPauseMillis),
    Schedule.modifyDelay(({ duration, input: { pauseMillis } }) =>
      Effect.map(Random.next, (random) =>
        pauseMillis === undefined ? Duration.times(duration, random) : Duration.millis(pauseMillis * (1 + random / 10))
      )
    ),
    Schedule.while(({ duration }) => Effect.map(steadyNow, (now) => now + Duration.toMillis(duration) < options.until))
  )
}

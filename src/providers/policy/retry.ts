import { Duration, Effect, Random, Schedule } from "effect"
import type { ProviderError } from "../ProviderError.ts"

/** A platform that asks for a longer pause than this is treated as gone: nobody waits a minute for a quiz answer. */
export const longestRetryAfter = Duration.seconds(60)
const firstDelay = Duration.millis(500)
const longestDelay = Duration.seconds(20)

const asksToWait = (error: ProviderError): Duration.Duration | undefined =>
  "retryAfterMillis" in error.reason && error.reason.retryAfterMillis !== undefined
    ? Duration.millis(error.reason.retryAfterMillis)
    : undefined

const isWorthRetrying = (error: ProviderError): boolean => {
  const wait = asksToWait(error)
  return error.retryable && (wait === undefined || Duration.isLessThanOrEqualTo(wait, longestRetryAfter))
}

/**
 * When to try again: retryable reasons only, at most `times` more. The delay is drawn evenly from 0 to an exponential
 * bound (0.5 s doubling to 20 s; "full jitter"), so that callers who failed together do not return together; a pause
 * that the platform asked for is kept in full, with up to a tenth more.
 */
export const retrySchedule = (times: number): Schedule.Schedule<unknown, ProviderError> =>
  Schedule.min([Schedule.exponential(firstDelay), Schedule.spaced(longestDelay)]).pipe(
    Schedule.upTo({ times }),
    Schedule.setInputType<ProviderError>(),
    Schedule.while(({ input }) => isWorthRetrying(input)),
    Schedule.modifyDelay(({ duration, input }) =>
      Effect.map(Random.next, (random) => {
        const wait = asksToWait(input)
        return wait === undefined ? Duration.times(duration, random) : Duration.times(wait, 1 + random / 10)
      })
    )
  )

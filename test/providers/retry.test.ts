import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import {
  type AttemptFailure,
  longestRetryAfter,
  longestRetryAfterWithFallback,
  retrySchedule
} from "../../src/providers/policy/retry.ts"
import {
  AuthFailed,
  ContextTooLong,
  Network,
  ProviderError,
  type ProviderErrorReason,
  RateLimited,
  Unavailable
} from "../../src/providers/ProviderError.ts"

const failed = (reason: ProviderErrorReason): AttemptFailure => {
  const error = new ProviderError({ provider: "p", model: "m", reason })
  return {
    error,
    isRetryable: error.retryable,
    hasOtherKey: false,
    pauseMillis: "retryAfterMillis" in reason ? reason.retryAfterMillis : undefined
  }
}

/** The times, in milliseconds, of the attempts that fail with these reasons one after the other. */
const attempts = (
  reasons: ReadonlyArray<ProviderErrorReason>,
  times: number,
  { longestPause = longestRetryAfter, lastsMillis = Number.POSITIVE_INFINITY } = {}
) =>
  Effect.gen(function* () {
    const at: Array<number> = []
    const start = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const running = yield* Effect.clockWith((clock) => clock.currentTimeMillis).pipe(
      Effect.flatMap((now) => {
        const reason = reasons[at.length]
        at.push(now - start)
        return reason === undefined ? Effect.void : Effect.fail(failed(reason))
      }),
      Effect.retry(retrySchedule({ times, longestPause, until: start + lastsMillis })),
      Effect.exit,
      Effect.forkChild
    )
    yield* TestClock.adjust("1 hour")
    return { at, exit: yield* Fiber.join(running) }
  })

const Reasons = Schema.Array(Schema.Literals(["network", "unavailable", "limited", "wait"])).check(
  Schema.isMaxLength(8)
)
const reasonOf = (name: "network" | "unavailable" | "limited" | "wait"): ProviderErrorReason =>
  name === "network"
    ? new Network({ detail: "" })
    : name === "unavailable"
      ? new Unavailable({ detail: "" })
      : new RateLimited({ detail: "", ...(name === "wait" ? { retryAfterMillis: 7000 } : {}) })

describe("retrySchedule", () => {
  it.effect.prop("keeps every pause within its bounds and never exceeds its number of tries", [Reasons], ([names]) =>
    Effect.gen(function* () {
      const { at, exit } = yield* attempts(names.map(reasonOf), 4)
      assert.strictEqual(at.length, Math.min(names.length, 4) + 1)
      assert.strictEqual(Exit.isSuccess(exit), names.length <= 4)
      for (let n = 1; n < at.length; n++) {
        const pause = (at[n] ?? 0) - (at[n - 1] ?? 0)
        if (names[n - 1] === "wait") {
          assert.isAtLeast(pause, 7000)
          assert.isAtMost(pause, 7700)
        } else {
          assert.isAtLeast(pause, 0)
          assert.isAtMost(pause, Math.min(500 * 2 ** (n - 1), 20_000))
        }
      }
    })
  )

  it.effect("never retries what is final, nor a pause longer than anyone waits", () =>
    Effect.gen(function* () {
      const tooLong = Duration.toMillis(longestRetryAfter) + 1
      for (const reason of [
        new AuthFailed({ detail: "" }),
        new ContextTooLong({ detail: "" }),
        new RateLimited({ detail: "", retryAfterMillis: tooLong })
      ]) {
        assert.deepStrictEqual((yield* attempts([reason], 5)).at, [0])
      }
    })
  )

  it.effect("keeps only a short pause where another model can be asked", () =>
    Effect.gen(function* () {
      const long = [new RateLimited({ detail: "", retryAfterMillis: 7000 })]
      const longestPause = longestRetryAfterWithFallback
      assert.strictEqual((yield* attempts(long, 5, { longestPause })).at.length, 1)
      assert.strictEqual((yield* attempts(long, 5)).at.length, 2)
      const short = [new RateLimited({ detail: "", retryAfterMillis: 4000 })]
      assert.strictEqual((yield* attempts(short, 5, { longestPause })).at.length, 2)
    })
  )

  it.effect.prop(
    "begins nothing after the caller's time is over",
    [Reasons, Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20_000 }))],
    ([names, lastsMillis]) =>
      Effect.gen(function* () {
        const { at } = yield* attempts(names.map(reasonOf), 8, { lastsMillis })
        for (const millis of at.slice(1)) assert.isBelow(millis, lastsMillis)
      })
  )
})

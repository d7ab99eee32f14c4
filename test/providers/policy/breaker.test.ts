import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Schema } from "effect"
import type { BreakerSettings } from "../../../src/platform/config/Settings.ts"
import { ask, inTime, modelAtPlatform } from "./chains.ts"
import { reactionOf } from "./Reaction.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const longestOpen = 600_000

/** What a circuit should do, told call by call: does the next one go out? */
const expectedCircuit = ({ failureRatio, minimumCalls, open, window }: BreakerSettings) => {
  let last: Array<boolean> = []
  let openUntil = 0
  let openings = 0
  let openFor = 0
  /** When its openings are forgotten, if it is closed still. */
  let forgivenAt = 0
  let isOpen = false
  return {
    admits: (now: number) => {
      if (!isOpen && now >= forgivenAt) openings = 0
      return !isOpen || now >= openUntil
    },
    ended: (now: number, isFailure: boolean) => {
      if (isOpen && !isFailure) {
        isOpen = false
        forgivenAt = now + openFor
        return
      }
      if (!isOpen) {
        last = [...last, isFailure].slice(-window)
        const failures = last.filter((failed) => failed).length
        if (last.length < Math.min(minimumCalls, window) || failures === 0 || failures / last.length < failureRatio) {
          return
        }
      }
      openFor = Math.min(longestOpen, Duration.toMillis(open) * 2 ** openings)
      openUntil = now + openFor
      openings++
      isOpen = true
      last = []
    }
  }
}

const Ratio = Schema.Literals([0.5, 0.75, 1])
const Passing = Schema.Array(
  Schema.Struct({
    reaction: reactionOf(["answers", "unmetered", "down", "down", "down", "reset", "busy", "garbage", "badRequest"]),
    stream: Schema.Boolean,
    pause: Schema.Literals([0, 0, 0, 1000, 7000, 15_000, 30_000, 60_000, 601_000])
  })
).check(Schema.isMinLength(5), Schema.isMaxLength(40))

describe("the circuit breaker of a key", () => {
  it.effect.prop(
    "lets out exactly the calls that its settings allow, one after the other",
    { failureRatio: Ratio, window: between(1, 8), minimumCalls: between(1, 8), open: between(1, 20), calls: Passing },
    ({ calls, failureRatio, minimumCalls, open, window }) =>
      Effect.gen(function* () {
        const breaker = { failureRatio, window, minimumCalls, open: Duration.seconds(open) }
        const expected = expectedCircuit(breaker)
        const { model, platform } = yield* modelAtPlatform([], { breaker, timeoutMillis: 60_000 })
        yield* inTime("10 hours")(
          Effect.forEach(calls, ({ pause, reaction, stream }) =>
            Effect.gen(function* () {
              yield* Effect.sleep(pause)
              platform.become([reaction])
              const isLetOut = expected.admits(yield* Clock.currentTimeMillis)
              const exit = yield* Effect.exit(ask(model, stream))
              assert.strictEqual(platform.seen.length, isLetOut ? 1 : 0)
              if (!isLetOut) return assert.include(String(exit), "left alone")
              const isAlive = Exit.isSuccess(exit) || reaction.does === "badRequest"
              expected.ended(yield* Clock.currentTimeMillis, !isAlive)
            })
          )
        )
      })
  )

  it.effect.prop(
    "probes a dead platform once, then after twice as long each time, at most ten minutes",
    { minimumCalls: between(1, 10), open: between(1, 60), stream: Schema.Boolean },
    ({ minimumCalls, open, stream }) =>
      Effect.gen(function* () {
        const { model, platform } = yield* modelAtPlatform([{ does: "down", after: 0 }], {
          breaker: { failureRatio: 0.5, window: 20, minimumCalls, open: Duration.seconds(open) }
        })
        const everySecond = Effect.andThen(Effect.exit(ask(model, stream)), Effect.sleep(1000))
        yield* inTime("2 hours")(Effect.replicateEffect(everySecond, 2400, { discard: true }))
        const at = platform.seen.map(({ at }) => at)
        const pauses = at.slice(1).map((millis, after) => (millis - (at[after] ?? 0)) / 1000)
        const untilOpen = Array.from({ length: minimumCalls - 1 }, () => 1)
        const probes = pauses.slice(untilOpen.length)
        assert.deepStrictEqual(pauses.slice(0, untilOpen.length), untilOpen)
        assert.deepStrictEqual(
          probes,
          probes.map((_, times) => Math.min(600, open * 2 ** times))
        )
        const allProbesTake = probes.reduce((sum, pause) => sum + pause, 0)
        assert.isAbove(allProbesTake + Math.min(600, open * 2 ** probes.length), 2400 - minimumCalls)
      }),
    { arbitrary: { runs: 4 } }
  )

  it.effect.prop(
    "lets no more out to a dead platform than open it and those under way, and then one probe for all callers",
    {
      minimumCalls: between(1, 10),
      concurrency: between(2, 10),
      callers: between(1, 40),
      recovers: Schema.Boolean,
      stream: Schema.Boolean
    },
    ({ callers, concurrency, minimumCalls, recovers, stream }) =>
      Effect.gen(function* () {
        const { model, platform } = yield* modelAtPlatform([{ does: "down", after: 100 }], {
          breaker: { failureRatio: 0.5, window: 20, minimumCalls, open: Duration.seconds(15) },
          concurrency
        })
        const crowd = (count: number) =>
          inTime("14 seconds")(
            Effect.all(
              Array.from({ length: count }, () => Effect.exit(ask(model, stream))),
              { concurrency: "unbounded" }
            )
          )
        yield* crowd(Math.max(callers, minimumCalls))
        assert.isAtLeast(platform.seen.length, minimumCalls)
        assert.isAtMost(platform.seen.length, minimumCalls - 1 + concurrency)

        // Nobody gets through while it is open, and one of many when that is over.
        platform.become([{ does: recovers ? "answers" : "down", after: 100 }])
        yield* crowd(callers)
        const untilOver = yield* crowd(callers)
        assert.strictEqual(platform.seen.length, 1)
        assert.strictEqual(untilOver.filter(Exit.isSuccess).length, recovers ? 1 : 0)

        const after = yield* crowd(callers)
        assert.strictEqual(platform.seen.length, recovers ? 1 + callers : 1)
        assert.strictEqual(after.filter(Exit.isSuccess).length, recovers ? callers : 0)
        if (recovers) return
        // Reopened for twice as long: 30 seconds from its end.
        yield* crowd(callers)
        assert.strictEqual(platform.seen.length, 1)
        yield* crowd(callers)
        assert.strictEqual(platform.seen.length, 2)
      })
  )

  it.effect.prop(
    "probes again when a probe's caller leaves",
    { leavers: between(1, 4), stream: Schema.Boolean },
    ({ leavers, stream }) =>
      Effect.gen(function* () {
        const { model, platform } = yield* modelAtPlatform([{ does: "down", after: 0 }], {
          breaker: { failureRatio: 1, window: 20, minimumCalls: 1, open: Duration.seconds(15) }
        })
        yield* inTime("20 seconds")(Effect.exit(ask(model, stream)))
        platform.become([{ does: "answers", after: 1000 }])
        for (let left = 0; left < leavers; left++) {
          yield* inTime("1 second")(Effect.timeoutOption(ask(model, stream), 500))
        }
        const text = yield* inTime("5 seconds")(ask(model, stream))
        assert.strictEqual(platform.seen.length, leavers + 1)
        assert.include(text, `[${leavers}]`)
      })
  )
})

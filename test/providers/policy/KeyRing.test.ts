import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Schema } from "effect"
import { ask, inTime, keysOf, modelAtPlatform } from "./chains.ts"
import { AnyReaction, reactionOf } from "./Reaction.ts"
import { type Platform, waitMillis } from "./ScriptedPlatform.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
/** Times that are multiples of this leave room in between to look around. */
const step = 100
const Steps = between(0, 60)

const callersOf = <S extends Schema.Codec<unknown>>(reaction: S, most: number) =>
  Schema.NonEmptyArray(
    Schema.Struct({ comesAt: Steps, staysFor: between(0, 120), stream: Schema.Boolean, reaction })
  ).check(Schema.isMaxLength(most))

const spread = (platform: Platform, keys: ReadonlyArray<string>) => {
  const counts = keys.map((key) => platform.seen.filter((seen) => seen.key === key).length)
  return Math.max(...counts) - Math.min(...counts)
}

describe("the keys of a provider", () => {
  it.effect.prop(
    "share the calls evenly, one after the other and all at once",
    { keys: between(1, 5), calls: between(1, 20), stream: Schema.Boolean },
    ({ calls, keys: count, stream }) =>
      Effect.gen(function* () {
        const keys = keysOf(count)
        const { model, platform } = yield* modelAtPlatform([{ does: "answers", after: 100 }], { keys })
        const all = Array.from({ length: calls }, () => ask(model, stream))
        yield* inTime("1 hour")(Effect.all(all))
        assert.isAtMost(spread(platform, keys), 1)
        platform.become([{ does: "answers", after: 100 }])
        yield* inTime("1 hour")(Effect.all(all, { concurrency: "unbounded" }))
        assert.isAtMost(spread(platform, keys), 1)
      }),
    { arbitrary: { runs: 40 } }
  )

  const resting = (isAlone: boolean) =>
    it.effect.prop(
      isAlone
        ? "rest as long as the platform asked, though calls wait for their turn already"
        : "rest as long as the platform asked, whoever calls",
      {
        keys: between(1, 3),
        callers: callersOf(reactionOf(["wait", "wait", "answers", "down"]), 8),
        maxRetries: Schema.Literals([0, 2])
      },
      ({ callers, keys, maxRetries }) =>
        Effect.gen(function* () {
          const script = callers.map(({ reaction }) => reaction)
          const { model, platform } = yield* modelAtPlatform(script, {
            keys: keysOf(keys),
            concurrency: isAlone ? 1 : 1000,
            maxRetries,
            timeoutMillis: 10_000
          })
          const calls = callers.map(({ comesAt, stream }) =>
            Effect.andThen(Effect.sleep(comesAt * step), Effect.exit(ask(model, stream)))
          )
          yield* inTime("1 hour")(Effect.all(calls, { concurrency: "unbounded" }))
          for (const { endedAt = 0, index, key } of platform.seen.filter(({ does }) => does === "wait")) {
            const tooSoon = platform.seen.filter(
              ({ at, index: later, key: other }) =>
                // In the same moment it may have gone out before, unless it had to wait for the place.
                other === key &&
                (at > endedAt || (isAlone && at === endedAt && later > index)) &&
                at < endedAt + waitMillis
            )
            assert.deepStrictEqual(tooSoon, [])
          }
        })
    )
  resting(false)
  resting(true)

  it.effect("that is refused is not asked by those who waited for it meanwhile", () =>
    Effect.gen(function* () {
      const { model, platform } = yield* modelAtPlatform([{ does: "refused", after: step }], { concurrency: 1 })
      const calls = Array.from({ length: 4 }, () => Effect.exit(ask(model, false)))
      const exits = yield* inTime("1 minute")(Effect.all(calls, { concurrency: "unbounded" }))
      assert.isTrue(exits.every(Exit.isFailure))
      assert.strictEqual(platform.seen.length, 1)
    })
  )

  it.effect.prop(
    "carry no more calls at once than they may, let no more wait, and lose no place however calls end",
    {
      keys: between(1, 3),
      concurrency: between(1, 3),
      queue: between(0, 4),
      maxRetries: Schema.Literals([0, 1]),
      callers: callersOf(AnyReaction, 14)
    },
    ({ callers, concurrency, keys: count, maxRetries, queue }) =>
      Effect.gen(function* () {
        const keys = keysOf(count)
        const script = callers.map(({ reaction: { after, does } }) => ({
          does,
          after: Math.ceil(after / step) * step
        }))
        const provider = yield* modelAtPlatform(script, { keys, concurrency, queue, maxRetries, timeoutMillis: 4000 })
        const { model, platform } = provider
        const { states } = provider.keys
        const calls = callers.map(({ comesAt, staysFor, stream }) =>
          Effect.sleep(comesAt * step).pipe(
            Effect.andThen(Effect.timeoutOption(ask(model, stream), staysFor * step)),
            Effect.exit
          )
        )
        const looking = Effect.gen(function* () {
          yield* Effect.sleep(step / 2)
          for (let at = 0; at < 200; at++) {
            for (const { inFlight, key, waiting } of states) {
              assert.isAtMost(waiting, queue, `at ${at}`)
              const open = platform.seen.filter((seen) => seen.end === "pending" && seen.key === key)
              assert.strictEqual(inFlight, open.length)
              assert.isAtMost(inFlight, concurrency)
            }
            yield* Effect.sleep(step)
          }
        })
        yield* inTime("10 minutes")(
          Effect.all([looking, Effect.all(calls, { concurrency: "unbounded" })], { concurrency: 2 })
        )
        assert.isAtMost(platform.mostAtOnce(), concurrency)
        assert.deepStrictEqual(
          states.map(({ inFlight, waiting }) => [inFlight, waiting]),
          keys.map(() => [0, 0])
        )

        // Every place is free again: so many go at once, and so many more wait and are served.
        yield* provider.keys.forgive
        platform.become([{ does: "answers", after: 1000 }])
        const places = concurrency * count
        const all = Array.from({ length: places }, () => ask(model, false))
        yield* inTime(1500)(Effect.all(all, { concurrency: "unbounded" }))
        assert.strictEqual(platform.seen.length, places)
        assert.strictEqual(platform.mostAtOnce(), concurrency)
      })
  )

  it.effect.prop(
    "refuse at once who comes when as many wait as may",
    { concurrency: between(1, 3), queue: between(0, 5), more: between(1, 5), stream: Schema.Boolean },
    ({ concurrency, more, queue, stream }) =>
      Effect.gen(function* () {
        const { model, platform } = yield* modelAtPlatform([{ does: "answers", after: 1000 }], { concurrency, queue })
        const calls = Array.from({ length: concurrency + queue + more }, () => Effect.exit(ask(model, stream)))
        const exits = yield* inTime("5 minutes")(Effect.all(calls, { concurrency: "unbounded" }))
        assert.strictEqual(exits.filter(Exit.isSuccess).length, concurrency + queue)
        assert.strictEqual(platform.seen.length, concurrency + queue)
        for (const exit of exits.filter(Exit.isFailure)) assert.include(String(exit), "Overloaded")
      })
  )
})

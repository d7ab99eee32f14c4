import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Scope } from "effect"
import { TestClock } from "effect/testing"
import { ProviderError } from "../../src/providers/ProviderError.ts"
import { callerLeft, makeWatch } from "../../src/providers/Watch.ts"
import { ask, inTime, modelAtPlatform, timed } from "./policy/chains.ts"

const second = Duration.seconds(1)
const minute = Duration.minutes(1)

/** A watch in a scope of its own, and how often its connection was closed. */
const watching = (callersEnd: number) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const watch = yield* Scope.provide(makeWatch(callersEnd, second), scope)
    let closed = 0
    yield* Scope.addFinalizer(
      watch.connection,
      Effect.sync(() => closed++)
    )
    return { watch, closed: () => closed, leave: Scope.close(scope, Exit.void) }
  })

describe("a watch", () => {
  it.effect("ends a short wait in time that follows a long one", () =>
    Effect.gen(function* () {
      const { closed, watch } = yield* watching(Number.POSITIVE_INFINITY)
      watch.waitFor("firstByte", minute)
      yield* TestClock.adjust("10.5 seconds")
      watch.waitFor("stall", second)
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual([watch.over(), closed()], [undefined, 0])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual([watch.over()?.phase, closed()], ["stall", 1])
      assert.strictEqual(watch.over()?.detail, "nothing more of the reply in 1s")
    })
  )

  it.effect("takes only the time in which something is waited for", () =>
    Effect.gen(function* () {
      const { closed, watch } = yield* watching(Number.POSITIVE_INFINITY)
      for (let time = 0; time < 5; time++) {
        watch.waitFor("stall", second)
        yield* TestClock.adjust("900 millis")
        watch.stopWaiting()
        yield* TestClock.adjust("1 hour")
      }
      assert.deepStrictEqual([watch.over(), closed()], [undefined, 0])
    })
  )

  it.effect("tells a caller whose time is over from a platform that is late", () =>
    Effect.gen(function* () {
      const { closed, watch } = yield* watching(5000)
      watch.waitFor("total", Duration.seconds(5))
      yield* TestClock.adjust("4 seconds")
      assert.isUndefined(watch.over())
      yield* TestClock.adjust("1 second")
      assert.strictEqual(watch.over(), callerLeft)
      assert.strictEqual(closed(), 1)
    })
  )

  it.effect("keeps to the caller's later end once it is told of it", () =>
    Effect.gen(function* () {
      const { watch } = yield* watching(5000)
      watch.extend(8000)
      yield* TestClock.adjust("7999 millis")
      assert.isUndefined(watch.over())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(watch.over(), callerLeft)
    })
  )

  it.effect("closes what is open when the attempt is left, and leaves alone what is finished", () =>
    Effect.gen(function* () {
      const open = yield* watching(5000)
      yield* open.leave
      assert.strictEqual(open.closed(), 1)
      const finished = yield* watching(5000)
      finished.watch.finish()
      yield* finished.leave
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual([finished.closed(), finished.watch.over()], [0, undefined])
    })
  )
})

describe("a stream that does not begin", () => {
  for (const stallMillis of [500, 60_000])
    it.effect(`fails in its own time where a stall may last ${stallMillis} ms`, () =>
      Effect.gen(function* () {
        const { model, platform } = yield* modelAtPlatform([{ does: "hang", after: 0 }], {
          timeoutMillis: 2000,
          stallMillis
        })
        const { exit, millis } = yield* inTime("5 minutes")(timed(ask(model, true)))
        assert.strictEqual(millis, 2000)
        const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
        assert.instanceOf(error, ProviderError)
        assert.deepStrictEqual([error.reason.detail, platform.seen[0]?.end], ["no reply in 2s", "left"])
      })
    )
})

import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Cause, Effect, Fiber, Pull, References } from "effect"
import { makeShare, type PullOf } from "../../src/chat/Share.ts"

const left = Effect.void

/** All that a reader gets. */
const all = Effect.fnUntraced(function* <A, E>(pull: PullOf<A, E>) {
  const got: Array<A> = []
  const more: PullOf<A, E> = Effect.flatMap(pull, (some) => {
    got.push(...some)
    return more
  })
  yield* Pull.catchDone(more, () => Effect.void)
  return got
})

describe("a turn that several read", () => {
  it.live("is pulled by one of them at a time, wherever they make way for each other", () =>
    Effect.gen(function* () {
      for (const steps of [3, 4, 5, 6, 7]) {
        let told = 0
        let pulling = 0
        let most = 0
        const pull: PullOf<number, never> = Effect.suspend(() => {
          if (told === 20) return Cause.done()
          most = Math.max(most, ++pulling)
          return Effect.map(Effect.yieldNow, () => {
            pulling--
            return Arr.of(told++)
          })
        })
        const share = makeShare(pull, yield* Effect.scope, { left, failed: Effect.void })
        const reader = Effect.scoped(Effect.flatMap(share.read, all))
        const readers = yield* Effect.forEach(Arr.range(1, 4), () =>
          Effect.forkChild(Effect.provideService(reader, References.MaxOpsBeforeYield, steps))
        )
        const numbers = Arr.makeBy(20, (number) => number)
        for (const fiber of readers) assert.deepStrictEqual(yield* Fiber.join(fiber), numbers)
        assert.strictEqual(most, 1, `${steps} steps`)
      }
    })
  )
})

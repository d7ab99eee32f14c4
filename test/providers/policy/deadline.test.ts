import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Schema } from "effect"
import { withDeadline } from "../../../src/providers/policy/CallLimits.ts"
import { ask, chainOf, inTime, keysOf, seenBy, timed } from "./chains.ts"
import { AnyScript, reactionOf } from "./Reaction.ts"

const Lasting = Schema.NonEmptyArray(reactionOf(["stalls", "hang", "answers", "down"])).check(Schema.isMaxLength(2))
const Case = {
  scripts: Schema.NonEmptyArray(Schema.Union([Lasting, AnyScript])).check(Schema.isMaxLength(3)),
  stream: Schema.Boolean,
  hedge: Schema.Boolean,
  keys: Schema.Literals([1, 2]),
  /** Others, who have no deadline, hold every place or wait before. */
  isCrowded: Schema.Boolean,
  maxRetries: Schema.Literals([0, 1, 3]),
  patience: Schema.Literals([2000, 120_000]),
  lastsMillis: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 30_000 }))
}

describe("withDeadline", () => {
  it.effect.prop("ends every call in time, and everything that was begun for it", Case, (given) =>
    Effect.gen(function* () {
      const { hedge, isCrowded, keys, lastsMillis, maxRetries, patience, scripts, stream } = given
      const { model, platforms } = yield* chainOf(scripts, {
        hedge,
        stream,
        maxRetries,
        keys: keysOf(keys),
        concurrency: isCrowded && !hedge ? 1 : 1000,
        timeoutMillis: patience
      })
      const others = Array.from({ length: isCrowded ? 2 * keys : 0 }, () => Effect.exit(ask(model, stream)))
      const asked = ask(model, stream).pipe(withDeadline(Duration.millis(lastsMillis)), timed)
      const { begun, millis } = yield* inTime("5 minutes")(
        Effect.gen(function* () {
          const before = yield* Effect.forEach(others, (other) => Effect.forkChild(other, { startImmediately: true }))
          const found = yield* asked
          yield* Fiber.interruptAll(before)
          return found
        })
      )
      // The clock adds fractions of milliseconds, whose sums are a little off.
      assert.isAtMost(millis, lastsMillis + 1e-6)
      for (const seen of seenBy(platforms)) {
        assert.notStrictEqual(seen.end, "pending")
        if (!isCrowded) assert.isBelow(seen.at - begun, lastsMillis - 1e-6, `asked at the very end: ${seen.does}`)
      }
    })
  )
})

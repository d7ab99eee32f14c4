import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Schema } from "effect"
import { withDeadline } from "../../../src/providers/policy/CallLimits.ts"
import { ask, chainOf, inTime, keysOf, modelAtPlatform } from "./chains.ts"
import { withFallback } from "../../../src/providers/policy/fallback.ts"
import { type Does, finalFaults, passingFaults, reactionOf } from "./Reaction.ts"

const begins: ReadonlySet<Does> = new Set<Does>(["breaksOff", "stalls"])
const beforeAnyPiece = passingFaults.filter((does) => !begins.has(does))

const scriptOf = (does: ReadonlyArray<Does>) => Schema.NonEmptyArray(reactionOf(does)).check(Schema.isMaxLength(3))
const Whole = Schema.NonEmptyArray(scriptOf([...passingFaults, ...finalFaults])).check(Schema.isMaxLength(3))
const Streamed = Schema.NonEmptyArray(scriptOf([...beforeAnyPiece, ...finalFaults])).check(Schema.isMaxLength(3))
const Soon = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 500 }))
const Retries = Schema.Literals([0, 1, 3])
const ShareMillis = Schema.Int.check(Schema.isBetween({ minimum: 2000, maximum: 20_000 }))

for (const [name, Scripts, stream] of [
  ["a whole reply", Whole, false],
  ["a stream", Streamed, true]
] as const) {
  describe(`a chain asked for ${name}`, () => {
    it.effect.prop(
      "answers in time whenever one of its models would, even when those before it hang for ever",
      { scripts: Scripts, after: Soon, maxRetries: Retries, keys: Schema.Literals([1, 2]), shareMillis: ShareMillis },
      ({ after, keys, maxRetries, scripts, shareMillis }) =>
        Effect.gen(function* () {
          const { model } = yield* chainOf([...scripts, [{ does: "answers", after }]], {
            maxRetries,
            keys: keysOf(keys),
            timeoutMillis: 3_600_000
          })
          const lastsMillis = shareMillis * (scripts.length + 1)
          const asked = ask(model, stream).pipe(withDeadline(Duration.millis(lastsMillis)), Effect.exit)
          const exit = yield* inTime("5 minutes")(asked)
          assert.isTrue(Exit.isSuccess(exit), String(exit))
        })
    )

    it.effect.prop(
      "answers without a deadline too, as each model has its own time-outs",
      { scripts: Scripts, after: Soon, maxRetries: Retries },
      ({ after, maxRetries, scripts }) =>
        Effect.gen(function* () {
          const { model } = yield* chainOf([...scripts, [{ does: "answers", after }]], { maxRetries })
          const exit = yield* inTime("30 minutes")(Effect.exit(ask(model, stream)))
          assert.isTrue(Exit.isSuccess(exit), String(exit))
        })
    )

    it.effect("answers in time when the calls of others hold every place of the first model", () =>
      Effect.gen(function* () {
        const first = yield* modelAtPlatform([{ does: "hang", after: 0 }], {
          id: "busy",
          concurrency: 1,
          timeoutMillis: 3_600_000
        })
        const second = yield* modelAtPlatform([{ does: "answers", after: 100 }], { id: "free" })
        const other = yield* Effect.forkChild(ask(first.model, stream))
        const asked = ask(withFallback([first.model, second.model]), stream)
        const exit = yield* inTime("5 minutes")(Effect.exit(withDeadline(Duration.seconds(10))(asked)))
        yield* Fiber.interrupt(other)
        assert.isTrue(Exit.isSuccess(exit), String(exit))
      })
    )
  })
}

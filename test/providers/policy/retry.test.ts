import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Schema } from "effect"
import { ask, chainOf, inTime, modelAtPlatform } from "./chains.ts"
import { reactionOf } from "./Reaction.ts"
import { waitMillis } from "./ScriptedPlatform.ts"

const Faults = Schema.Array(reactionOf(["limited", "wait", "busy", "down", "garbage", "reset", "cut"])).check(
  Schema.isMaxLength(6)
)
const Times = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5 }))

describe("a model that tries again", () => {
  it.effect.prop(
    "reaches the platform after pauses within their bounds, and no sooner than it was asked to",
    [Faults, Times, Schema.Boolean],
    ([faults, maxRetries, stream]) =>
      Effect.gen(function* () {
        const script = [...faults, { does: "answers" as const, after: 100 }]
        const { model, platform } = yield* modelAtPlatform(script, { maxRetries, timeoutMillis: 10_000 })
        const exit = yield* inTime("30 minutes")(Effect.exit(ask(model, stream)))
        assert.strictEqual(platform.seen.length, Math.min(faults.length, maxRetries) + 1)
        assert.strictEqual(Exit.isSuccess(exit), faults.length <= maxRetries)
        for (const [at, { at: begun }] of platform.seen.entries()) {
          const before = platform.seen[at - 1]
          if (before === undefined) continue
          const pause = begun - (before.endedAt ?? Number.POSITIVE_INFINITY)
          const [least, most] =
            before.does === "wait" ? [waitMillis, waitMillis * 1.1] : [0, Math.min(500 * 2 ** (at - 1), 20_000)]
          assert.isTrue(pause >= least && pause <= most, `${before.does}: ${pause} ms before try ${at + 1}`)
        }
      })
  )

  it.effect.prop(
    "keeps no long pause where another model can be asked",
    [Schema.Boolean, Times],
    ([stream, maxRetries]) =>
      Effect.gen(function* () {
        const { model, platforms } = yield* chainOf([[{ does: "wait", after: 0 }], [{ does: "answers", after: 0 }]], {
          maxRetries
        })
        yield* inTime("1 minute")(ask(model, stream))
        assert.deepStrictEqual(
          platforms.map(({ seen }) => seen.map(({ at }) => at)),
          [[1], [1]]
        )
      })
  )
})

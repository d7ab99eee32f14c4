import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Schema } from "effect"
import { ask, inTime, keysOf, modelAtPlatform } from "./chains.ts"
import { type Does, finalFaults } from "./Reaction.ts"

const Retries = Schema.Literals([0, 1, 5])
const aboutTheKey: ReadonlySet<Does> = new Set<Does>(["refused", "noBalance"])
const ofTheRequest = finalFaults.filter((does) => !aboutTheKey.has(does))
const Verdicts = Schema.NonEmptyArray(
  Schema.Literals(["refused", "refused", "noBalance", "noBalance", "answers", ...ofTheRequest])
).check(Schema.isMaxLength(5))

describe("a final reason", () => {
  it.effect.prop(
    "is never tried again with the same key, whatever the platform would say then",
    [Schema.Literals(finalFaults), Retries, Schema.Boolean],
    ([does, maxRetries, stream]) =>
      Effect.gen(function* () {
        const script = [{ does, after: 50 } as const, { does: "answers", after: 50 } as const]
        const { model, platform } = yield* modelAtPlatform(script, { maxRetries })
        const exit = yield* inTime("5 minutes")(Effect.exit(ask(model, stream)))
        assert.isTrue(Exit.isFailure(exit))
        assert.strictEqual(platform.seen.length, 1)
      })
  )

  it.effect.prop(
    "of a key makes the next key go at once, each once, and puts it aside",
    [Verdicts, Retries, Schema.Boolean],
    ([verdicts, maxRetries, stream]) =>
      Effect.gen(function* () {
        const keys = keysOf(verdicts.length)
        const { model, platform } = yield* modelAtPlatform(
          ({ key }) => ({ does: verdicts[keys.indexOf(key)] ?? "hang", after: 50 }),
          { keys, maxRetries }
        )
        const exits = yield* inTime("5 minutes")(
          Effect.all([ask(model, stream), ask(model, stream)].map((asked) => Effect.exit(asked)))
        )
        const refused = platform.seen.filter(({ does }) => aboutTheKey.has(does))
        assert.strictEqual(new Set(refused.map(({ key }) => key)).size, refused.length, "a refused key was asked again")
        for (const [at, { at: begun }] of platform.seen.entries()) {
          const before = platform.seen[at - 1]
          if (before !== undefined) assert.strictEqual(begun, before.endedAt)
        }
        const isAllRefused = verdicts.every((verdict) => aboutTheKey.has(verdict))
        assert.strictEqual(platform.seen.length - refused.length, isAllRefused ? 0 : 2)
        if (isAllRefused) assert.strictEqual(refused.length, verdicts.length)
        // Each call ends as the last key that it asked says.
        const lasting = platform.seen.filter(({ does }) => !aboutTheKey.has(does))
        assert.deepStrictEqual(
          exits.map(Exit.isSuccess),
          isAllRefused ? [false, false] : lasting.map(({ does }) => does === "answers")
        )
      })
  )

  it.effect.prop(
    "of a key is asked for anew after a while that doubles from fifteen seconds to five minutes",
    [Schema.Literals(["refused", "noBalance"]), Schema.Boolean],
    ([does, stream]) =>
      Effect.gen(function* () {
        const { model, platform } = yield* modelAtPlatform([{ does, after: 0 }])
        const everySecond = Effect.andThen(Effect.exit(ask(model, stream)), Effect.sleep(1000))
        yield* inTime("1 hour")(Effect.replicateEffect(everySecond, 1200, { discard: true }))
        const at = platform.seen.map(({ at }) => at)
        const pauses = at.slice(1).map((millis, after) => (millis - (at[after] ?? 0)) / 1000)
        assert.deepStrictEqual(pauses, [15, 30, 60, 120, 240, 300, 300])
      }),
    { arbitrary: { runs: 4 } }
  )
})

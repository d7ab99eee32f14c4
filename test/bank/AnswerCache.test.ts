import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Schema } from "effect"
import { TestClock } from "effect/testing"
import { AnswerCache, type KnownAnswer } from "../../src/bank/AnswerCache.ts"
import { QuestionId } from "../../src/bank/StoredQuestion.ts"
import { testConfig } from "../support/config.ts"

const known = (text: string): KnownAnswer => ({
  id: QuestionId.make("q_1"),
  title: "题",
  answer: [text],
  confidence: 1,
  ai: false
})
const cacheOf = (...set: ReadonlyArray<string>) => AnswerCache.layer.pipe(Layer.provide(testConfig({ set })))

describe("AnswerCache", () => {
  it.effect("forgets at the end of its time to live, not before", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      yield* cache.set("a", known("甲"))
      yield* TestClock.adjust("59 seconds")
      assert.isTrue(Option.isSome(yield* cache.get("a")))
      yield* TestClock.adjust("1 second")
      assert.isTrue(Option.isNone(yield* cache.get("a")))
    }).pipe(Effect.provide(cacheOf("cache.ttl=60")))
  )

  it.effect.prop(
    "never holds more than its capacity, and always the one set last",
    [Schema.Array(Schema.Literals(["a", "b", "c", "d", "e", "f"]))],
    ([keys]) =>
      Effect.gen(function* () {
        const cache = yield* AnswerCache
        for (const [at, key] of keys.entries()) {
          yield* cache.set(key, known(String(at)))
          const held = yield* cache.get(key)
          assert.deepStrictEqual(
            Option.map(held, ({ answer }) => answer[0]),
            Option.some(String(at))
          )
        }
        const present = yield* Effect.filter(["a", "b", "c", "d", "e", "f"], (key) =>
          Effect.map(cache.get(key), Option.isSome)
        )
        assert.isAtMost(present.length, 3)
      }).pipe(Effect.provide(cacheOf("cache.capacity=3")))
  )

  it.effect("does not keep what would make its bound in number none in memory", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      yield* cache.set("a", known("长".repeat(100_000)))
      assert.isTrue(Option.isNone(yield* cache.get("a")))
    }).pipe(Effect.provide(cacheOf()))
  )
})

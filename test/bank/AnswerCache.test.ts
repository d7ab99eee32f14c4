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

  it.effect.prop(
    "forgets a row under every key, and nothing else, however full it is",
    [Schema.Array(Schema.Tuple([Schema.Literals(["a", "b", "c", "d", "e"]), Schema.Literals(["q_1", "q_2"])]))],
    ([sets]) =>
      Effect.gen(function* () {
        const cache = yield* AnswerCache
        for (const [key, id] of sets) yield* cache.set(key, { ...known(id), id: QuestionId.make(id) })
        const keys = ["a", "b", "c", "d", "e"]
        const before = yield* Effect.forEach(keys, cache.get)
        yield* cache.forget({ keys: [], ids: [QuestionId.make("q_1")] })
        const after = yield* Effect.forEach(keys, cache.get)
        assert.deepStrictEqual(
          after,
          before.map((held) => Option.filter(held, ({ id }) => id !== "q_1"))
        )
      }).pipe(Effect.provide(cacheOf("cache.capacity=3")))
  )

  it.effect("takes nothing of a row that has just changed, until nobody can have read it before", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      yield* cache.forget({ keys: [], ids: [QuestionId.make("q_1")] })
      yield* cache.set("a", known("旧"))
      assert.isTrue(Option.isNone(yield* cache.get("a")))
      yield* cache.set("b", { ...known("别的"), id: QuestionId.make("q_2") })
      assert.isTrue(Option.isSome(yield* cache.get("b")))
      yield* TestClock.adjust("5 seconds")
      yield* cache.set("a", known("新"))
      assert.isTrue(Option.isSome(yield* cache.get("a")))
    }).pipe(Effect.provide(cacheOf()))
  )

  it.effect("forgets by key", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      yield* cache.set("a", known("甲"))
      yield* cache.set("b", known("甲"))
      yield* cache.forget({ keys: ["a"], ids: [] })
      assert.isTrue(Option.isNone(yield* cache.get("a")))
      assert.isTrue(Option.isSome(yield* cache.get("b")))
    }).pipe(Effect.provide(cacheOf()))
  )

  it.effect("takes nothing at all for a while when more rows changed than it can tell apart", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      const ids = Array.from({ length: 10_001 }, (_, n) => QuestionId.make(`q_${n + 10}`))
      yield* cache.forget({ keys: [], ids })
      yield* cache.set("a", known("甲"))
      assert.isTrue(Option.isNone(yield* cache.get("a")))
      yield* TestClock.adjust("5 seconds")
      yield* cache.set("a", known("甲"))
      assert.isTrue(Option.isSome(yield* cache.get("a")))
    }).pipe(Effect.provide(cacheOf()))
  )

  it.effect("does not keep what would make its bound in number none in memory", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      yield* cache.set("a", known("长".repeat(100_000)))
      assert.isTrue(Option.isNone(yield* cache.get("a")))
    }).pipe(Effect.provide(cacheOf()))
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Layer, Option, Scope } from "effect"
import { AnswerCache } from "../../../src/bank/AnswerCache.ts"
import { Answers } from "../../../src/bank/Answers.ts"
import { QuestionId } from "../../../src/bank/StoredQuestion.ts"
import { LiveSettings } from "../../../src/platform/settings/LiveSettings.ts"
import { settingsFor } from "../../../src/thinking/presets.ts"
import { ask, bankWith, stored } from "../../support/bank.ts"
import { testConfig } from "../../support/config.ts"
import { changeLive } from "../../support/liveSettings.ts"
import { catalogOf } from "../../support/scriptedModel.ts"

describe("LiveSettings", () => {
  it.effect(
    "tells who follows at once and with each change, before it is told to have happened, until the scope ends",
    () =>
      Effect.gen(function* () {
        const live = yield* LiveSettings
        const seen: Array<number> = []
        const scope = yield* Scope.make()
        yield* live
          .follow(({ answering }) => Effect.sync(() => void seen.push(answering.queue)))
          .pipe(Scope.provide(scope))
        yield* changeLive({ "answering.queue": 1 })
        yield* changeLive({ "answering.queue": 2 })
        assert.deepStrictEqual(seen, [5000, 1, 2])
        yield* Scope.close(scope, Exit.void)
        yield* changeLive({ "answering.queue": 3 })
        assert.deepStrictEqual(seen, [5000, 1, 2])
        assert.strictEqual(live.current.answering.queue, 3)
      }).pipe(Effect.provide(testConfig({})))
  )

  it.effect("changes nothing where what is saved with it fails, or where it is wrong", () =>
    Effect.gen(function* () {
      const live = yield* LiveSettings
      const before = live.current
      const nothing = { cells: [], problems: [] }
      yield* Effect.flip(live.turnTo("settings", nothing, Effect.fail("the disk is full")))
      assert.strictEqual(live.current, before)
      let isSaved = false
      const problem = { path: "x", source: "a test", found: "y", allowed: "z" }
      const save = Effect.sync(() => void (isSaved = true))
      const error = yield* Effect.flip(live.turnTo("settings", { cells: [], problems: [problem] }, save))
      assert.deepStrictEqual(error.problems, [problem])
      assert.isFalse(isSaved)
      assert.strictEqual(live.current, before)
    }).pipe(Effect.provide(testConfig({})))
  )

  it.effect("keeps what was taken out before a change as it was", () =>
    Effect.gen(function* () {
      const live = yield* LiveSettings
      const { current } = live
      yield* changeLive({ "thinking.threads.max": 9 })
      assert.strictEqual(current.thinking.threads.max, 5)
      assert.strictEqual(settingsFor(live.current.thinking, { model: "siku" })?.settings.threads.max, 9)
    }).pipe(Effect.provide(testConfig({})))
  )
})

describe("a setting changed while running", () => {
  it.effect("bounds the memory anew", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      const known = { id: QuestionId.make("q_1"), title: "题", answer: ["甲"], confidence: 1, ai: false }
      const held = Effect.map(
        Effect.forEach(["a", "b", "c"], (key) => Effect.andThen(cache.set(key, known), cache.get(key))),
        () => undefined
      ).pipe(
        Effect.andThen(Effect.forEach(["a", "b", "c"], cache.get)),
        Effect.map((found) => found.filter(Option.isSome).length)
      )
      assert.strictEqual(yield* held, 3)
      yield* changeLive({ "cache.capacity": 1 })
      assert.strictEqual(yield* held, 1)
      yield* changeLive({ "cache.capacity": 0 })
      assert.strictEqual(yield* held, 0)
      yield* changeLive({})
      assert.strictEqual(yield* held, 3)
    }).pipe(Effect.provide(AnswerCache.layer.pipe(Layer.provideMerge(testConfig({})))))
  )

  it.effect("lets the search for similar questions begin, and rest", () =>
    Effect.gen(function* () {
      const answers = yield* Answers
      yield* stored(ask("中华人民共和国的首都是哪座城市？"), ["北京"])
      const similar = Effect.map(Effect.result(answers.find(ask("请问中华人民共和国的首都是哪一座城市？"))), (found) =>
        found._tag === "Success" ? found.success.source : found.failure.reason._tag
      )
      const off = yield* similar
      yield* changeLive({ "answering.similar": true, "answering.similar_threshold": 0.6 })
      assert.strictEqual(yield* similar, "similar")
      yield* changeLive({})
      assert.strictEqual(yield* similar, off)
      assert.notStrictEqual(off, "similar")
    }).pipe(Effect.provide(bankWith(catalogOf(undefined), ["answering.similar=false"])))
  )

  it.effect("decides how long a caller waits, and how many may", () =>
    Effect.gen(function* () {
      const live = yield* LiveSettings
      yield* changeLive({ "answering.deadline": 3, "answering.queue": 0 })
      assert.strictEqual(Duration.toSeconds(live.current.answering.deadline), 3)
      const answers = yield* Answers
      const refused = yield* Effect.flip(answers.find(ask("没有人知道的题目？")))
      assert.strictEqual(refused.reason._tag, "Busy")
    }).pipe(Effect.provide(bankWith(catalogOf(undefined), [])))
  )
})

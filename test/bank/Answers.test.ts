import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Result, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Answers } from "../../src/bank/Answers.ts"
import { QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import { AuthFailed, Unavailable } from "../../src/providers/ProviderError.ts"
import { ask, bankWith, stored } from "../support/bank.ts"
import { askedLast, scriptedModel } from "../support/scriptedModel.ts"

const answering = (...texts: ReadonlyArray<string>) => JSON.stringify({ answer: texts })
const find = (question: ReturnType<typeof ask>) => Effect.flatMap(Answers, (answers) => answers.find(question))
const reasonOf = (question: ReturnType<typeof ask>) =>
  Effect.map(Effect.result(find(question)), (result) =>
    Result.isFailure(result) ? result.failure.reason._tag : `answered ${result.success.texts.join()}`
  )

const cities = ["北京", "上海", "广州", "深圳"]
const capital = ask("中国的首都是哪里？", cities, "single")

describe("Answers", () => {
  it.effect("answers from the bank first and from memory the second time", () => {
    const model = scriptedModel(() => Effect.die("no model is needed"))
    return Effect.gen(function* () {
      yield* stored(capital, ["北京"])
      assert.strictEqual((yield* find(capital)).source, "bank")
      const again = yield* find(capital)
      assert.strictEqual(again.source, "memory")
      assert.deepStrictEqual(again.texts, ["北京"])
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("asks a model once, stores what it says as unverified, and never asks again", () => {
    const model = scriptedModel(() => Effect.succeed(answering("北京")))
    return Effect.gen(function* () {
      const first = yield* find(capital)
      assert.strictEqual(first.source, "ai")
      assert.isTrue(first.ai)
      const repo = yield* QuestionRepo
      const rows = yield* repo.candidates(capital)
      assert.deepStrictEqual(
        rows.map((row) => [row.status, row.source, row.answer]),
        [["unverified", "ai", ["北京"]]]
      )
      yield* TestClock.adjust("2 hours")
      const later = yield* find(capital)
      assert.strictEqual(later.source, "bank")
      assert.isTrue(later.ai)
      assert.strictEqual(model.calls.length, 1)
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("gives shuffled options their own right text, and the same title with other options its own answer", () => {
    const model = scriptedModel((request) =>
      Effect.succeed(answering(askedLast(request).includes("南京") ? "南京" : "北京"))
    )
    return Effect.gen(function* () {
      yield* find(capital)
      const shuffled = yield* find(
        ask("1. 中国的首都是哪里（ ）", ["A. 深圳", "B. 北京", "C. 上海", "D. 广州"], "single")
      )
      assert.strictEqual(shuffled.source, "memory")
      assert.deepStrictEqual(shuffled.texts, ["北京"])
      const other = yield* find(ask("中国的首都是哪里？", ["南京", "西安"], "single"))
      assert.deepStrictEqual([other.source, other.texts], ["ai", ["南京"]])
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("makes one model call and one row of a thousand identical questions at once", () => {
    const model = scriptedModel(() => Effect.as(Effect.sleep("1 second"), answering("北京")))
    return Effect.gen(function* () {
      const asking = yield* Effect.forkChild(
        Effect.forEach(Array(1000).fill(capital), find, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("1 second")
      const found = yield* Fiber.join(asking)
      assert.isTrue(found.every((answer) => answer.texts[0] === "北京"))
      assert.strictEqual(model.calls.length, 1)
      assert.strictEqual(yield* Effect.flatMap(QuestionRepo, (repo) => repo.count), 1)
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("says it is still thinking at the deadline, goes on, and has the answer for the next ask", () => {
    const model = scriptedModel(() => Effect.as(Effect.sleep("40 seconds"), answering("北京")))
    return Effect.gen(function* () {
      const waiting = yield* Effect.forkChild(reasonOf(capital))
      yield* TestClock.adjust("24 seconds")
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(waiting), "StillThinking")
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* reasonOf(capital), "answered 北京")
      assert.strictEqual(model.calls.length, 1)
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("ends the work at its own limit and asks again next time", () => {
    const model = scriptedModel((_, call) => (call === 1 ? Effect.never : Effect.succeed(answering("北京"))))
    return Effect.gen(function* () {
      const waiting = yield* Effect.forkChild(reasonOf(capital))
      yield* TestClock.adjust("25 seconds")
      assert.strictEqual(yield* Fiber.join(waiting), "StillThinking")
      const late = yield* Effect.forkChild(reasonOf(capital))
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(yield* Fiber.join(late), "TookTooLong")
      assert.strictEqual(yield* reasonOf(capital), "answered 北京")
    }).pipe(Effect.provide(bankWith(model.layer, ["answering.limit=45"])))
  })

  it.effect("keeps working for the question when the one who asked has left", () => {
    const model = scriptedModel(() => Effect.as(Effect.sleep("5 seconds"), answering("北京")))
    return Effect.gen(function* () {
      const asking = yield* Effect.forkChild(find(capital))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(asking)
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual((yield* find(capital)).source, "memory")
      assert.strictEqual(model.calls.length, 1)
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("never remembers a failure", () => {
    const model = scriptedModel((_, call) =>
      call === 1
        ? Effect.fail(new Unavailable({ detail: "HTTP 500" }))
        : call === 2
          ? Effect.fail(new AuthFailed({ detail: "HTTP 401" }))
          : Effect.succeed(answering("北京"))
    )
    return Effect.gen(function* () {
      assert.strictEqual(yield* reasonOf(capital), "ModelFailed")
      assert.strictEqual(yield* reasonOf(capital), "ModelFailed")
      assert.strictEqual(yield* reasonOf(capital), "answered 北京")
      assert.strictEqual(model.calls.length, 3)
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("asks once more when the answer fits no option, saying so", () => {
    const model = scriptedModel((_, call) => Effect.succeed(answering(call === 1 ? "南京" : "北京")))
    return Effect.gen(function* () {
      assert.strictEqual(yield* reasonOf(capital), "answered 北京")
      assert.strictEqual(model.calls.length, 2)
      assert.include(askedLast(model.calls[1] ?? { messages: [] }), "不符合")
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("stores a second misfit for review, answers nothing with it, and does not pay again for a while", () => {
    const model = scriptedModel((_, call) => Effect.succeed(answering(call <= 2 ? "南京" : "北京")))
    return Effect.gen(function* () {
      assert.strictEqual(yield* reasonOf(capital), "NoFit")
      assert.strictEqual(yield* reasonOf(capital), "NoFit")
      assert.strictEqual(model.calls.length, 2)
      const repo = yield* QuestionRepo
      assert.deepStrictEqual(
        (yield* repo.candidates(capital)).map((row) => row.status),
        ["needs_review"]
      )
      yield* TestClock.adjust("61 minutes")
      assert.strictEqual(yield* reasonOf(capital), "answered 北京")
      assert.deepStrictEqual(
        (yield* repo.candidates(capital)).map((row) => [row.status, row.answer]),
        [["unverified", ["北京"]]]
      )
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect(
    "takes the first of several options named for a single choice when they are named twice, with little confidence",
    () => {
      const model = scriptedModel(() => Effect.succeed(answering("北京;上海")))
      return Effect.gen(function* () {
        const answer = yield* find(capital)
        assert.deepStrictEqual([answer.texts, answer.confidence, model.calls.length], [["北京"], 0.3, 2])
      }).pipe(Effect.provide(bankWith(model.layer)))
    }
  )

  it.effect("wants one part per blank", () => {
    const model = scriptedModel((_, call) => Effect.succeed(call === 1 ? answering("李白") : answering("李白", "唐")))
    return Effect.gen(function* () {
      assert.strictEqual(yield* reasonOf(ask("____是____朝的诗人。", [], "completion")), "answered 李白,唐")
      assert.strictEqual(model.calls.length, 2)
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("turns away what the queue does not hold", () => {
    const model = scriptedModel(() => Effect.as(Effect.sleep("1 second"), answering("甲")))
    return Effect.gen(function* () {
      const questions = ["一", "二", "三", "四"].map((title) => ask(`${title}的问题`, ["甲", "乙"], "single"))
      const asking = yield* Effect.forkChild(Effect.forEach(questions, reasonOf, { concurrency: "unbounded" }))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* Fiber.join(asking), ["answered 甲", "answered 甲", "answered 甲", "Busy"])
    }).pipe(Effect.provide(bankWith(model.layer, ["answering.concurrency=1", "answering.queue=3"])))
  })

  it.effect("answers a title alone when its rows agree, and says so when they do not", () => {
    const model = scriptedModel(() => Effect.die("no model is needed"))
    return Effect.gen(function* () {
      yield* stored(ask("下列正确的是", ["甲", "乙"], "single"), ["甲"])
      assert.strictEqual(yield* reasonOf(ask("下列正确的是")), "answered 甲")
      yield* stored(ask("下列正确的是", ["丙", "丁"], "single"), ["丁"])
      assert.strictEqual(yield* reasonOf(ask("下列正确的是（）")), "answered 甲")
      yield* TestClock.adjust("61 minutes")
      assert.strictEqual(yield* reasonOf(ask("下列正确的是")), "Ambiguous")
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("uses a row without options where its answer is one of the options, and a model where it is not", () => {
    const model = scriptedModel(() => Effect.succeed(answering("上海")))
    return Effect.gen(function* () {
      yield* stored(ask("中国的首都是哪里？"), ["北京"])
      assert.strictEqual(yield* reasonOf(capital), "answered 北京")
      assert.strictEqual(yield* reasonOf(ask("中国的首都是哪里？", ["上海", "广州"], "single")), "answered 上海")
      assert.strictEqual(model.calls.length, 1)
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("prefers a person's word to a model's", () => {
    const model = scriptedModel(() => Effect.die("no model is needed"))
    return Effect.gen(function* () {
      yield* stored(ask("中国的首都是哪里？", cities, "unknown"), ["上海"], {
        source: "ai",
        status: "unverified",
        confidence: 0.95
      })
      yield* stored(capital, ["北京"], { confidence: 0.9 })
      assert.strictEqual(yield* reasonOf(capital), "answered 北京")
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  const Asks = Schema.Array(
    Schema.Struct({ question: Schema.Literals([0, 1, 2]), waitSeconds: Schema.Literals([0, 1, 5, 30, 4000]) })
  ).check(Schema.isMaxLength(12))
  const Failures = Schema.Array(Schema.Boolean).check(Schema.isMaxLength(8))

  it.effect.prop(
    "asks a model as often as it failed, and once more per question answered, whatever the order and timing",
    [Asks, Failures],
    ([asks, failures]) => {
      let failed = 0
      const model = scriptedModel((_, call) =>
        Effect.flatMap(Effect.sleep("2 seconds"), () => {
          if (failures[call - 1] !== true) return Effect.succeed(answering("甲"))
          failed++
          return Effect.fail(new Unavailable({ detail: "HTTP 503" }))
        })
      )
      return Effect.gen(function* () {
        const fibers: Array<Fiber.Fiber<string>> = []
        for (const { question, waitSeconds } of asks) {
          fibers.push(yield* Effect.forkChild(reasonOf(ask(`第${question}个独特的问题`, ["甲", "乙"], "single"))))
          yield* TestClock.adjust(`${waitSeconds} seconds`)
        }
        yield* TestClock.adjust("10 seconds")
        const outcomes = yield* Effect.forEach(fibers, Fiber.await)
        assert.isTrue(outcomes.every((exit) => Exit.isSuccess(exit) && /^(answered 甲|ModelFailed)$/.test(exit.value)))
        const rows = yield* Effect.flatMap(QuestionRepo, (repo) => repo.count)
        assert.strictEqual(model.calls.length, failed + rows)
      }).pipe(Effect.provide(bankWith(model.layer)))
    }
  )
})

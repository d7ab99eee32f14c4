import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Result } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Answers } from "../../../src/bank/Answers.ts"
import { Candidates, SearchSkipped } from "../../../src/bank/similar/Candidates.ts"
import { layerOf, type SearchThread, startSearchThread } from "../../../src/bank/similar/CandidatesInThread.ts"
import * as CandidatesLive from "../../../src/bank/similar/CandidatesLive.ts"
import { chooseFit } from "../../../src/bank/similar/chooseFit.ts"
import { SimilarTier } from "../../../src/bank/similar/SimilarTier.ts"
import { AiAnswerer } from "../../../src/bank/AiAnswerer.ts"
import { AnswerCache } from "../../../src/bank/AnswerCache.ts"
import { ask, bankWith, stored } from "../../support/bank.ts"
import { scriptedModel } from "../../support/scriptedModel.ts"

const none = scriptedModel(() => Effect.die("no model is needed")).layer
const paid = () => scriptedModel(() => Effect.succeed(JSON.stringify({ answer: ["模型的答案"] })))
const find = (question: ReturnType<typeof ask>) => Effect.flatMap(Answers, (answers) => answers.find(question))
const inTier = (question: ReturnType<typeof ask>) => Effect.flatMap(SimilarTier, (tier) => tier.find(question))
const said = (found: Option.Option<{ readonly answer: ReadonlyArray<string> }>) =>
  Option.getOrUndefined(Option.map(found, ({ answer }) => answer.join()))

/** The tier over a bank of its own in memory, and over the search given. */
const tierWith = (set: ReadonlyArray<string> = [], search: Layer.Layer<Candidates> | undefined = undefined) =>
  (search === undefined ? SimilarTier.layer : SimilarTier.layerOver.pipe(Layer.provide(search))).pipe(
    Layer.provideMerge(bankWith(none, set))
  )
/** A service whose similar tier searches as given. */
const answersOver = (model: Parameters<typeof bankWith>[0], search: Layer.Layer<Candidates>) =>
  Answers.layerOver.pipe(
    Layer.provide(SimilarTier.layerOver.pipe(Layer.provide(search))),
    Layer.provideMerge(Layer.mergeAll(AiAnswerer.layer, AnswerCache.layer)),
    Layer.provideMerge(bankWith(model))
  )

const cities = ["北京", "上海", "广州", "深圳"]
const river = "世界上流经国家最多的河流是哪一条河流"

describe("SimilarTier", () => {
  it.effect("answers with a question in other words, in the words of the options given, and shows which it was", () =>
    Effect.gen(function* () {
      const row = yield* stored(ask("中国的首都是哪里？", cities, "single"), ["北京"])
      const found = yield* find(ask("请问中國首都是哪裡呢", ["A. 深圳", "B. 北京", "C. 上海", "D. 广州"], "single"))
      assert.deepStrictEqual(
        [found.source, found.texts, found.title, found.id],
        ["similar", ["北京"], "中国的首都是哪里？", row.id]
      )
      assert.isBelow(found.confidence, row.confidence)
      assert.isAbove(found.confidence, 0.8 * row.confidence)
    }).pipe(Effect.provide(bankWith(none)))
  )

  it.effect("comes after memory and the bank and before a model", () => {
    const model = paid()
    return Effect.gen(function* () {
      yield* stored(ask(river), ["多瑙河"])
      yield* stored(ask(`请问${river}呢`), ["尼罗河"])
      assert.strictEqual((yield* find(ask(`请问${river}呢`))).source, "bank")
      assert.strictEqual((yield* find(ask(`请问${river}呢`))).source, "memory")
      assert.strictEqual((yield* find(ask("世界上流经国家最少的河流是哪一条河流"))).source, "ai")
      assert.strictEqual(model.calls.length, 1)
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("does not outlive a correction of the row it came from", () =>
    Effect.gen(function* () {
      const { id } = yield* stored(ask(river), ["尼罗河"])
      const other = ask(`请问${river}`)
      assert.deepStrictEqual((yield* find(other)).texts, ["尼罗河"])
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE bank_questions SET answer = ${'["多瑙河"]'} WHERE id = ${id}`
      const again = yield* find(other)
      assert.deepStrictEqual([again.source, again.texts], ["similar", ["多瑙河"]])
    }).pipe(Effect.provide(bankWith(none)))
  )

  it.effect("never answers from a row that waits for review", () =>
    Effect.gen(function* () {
      yield* stored(ask(river), ["尼罗河"], { status: "needs_review" })
      assert.isTrue(Option.isNone(yield* inTier(ask(`请问${river}`))))
    }).pipe(Effect.provide(tierWith()))
  )

  it.effect("prefers a trusted row to an unverified one, and says nothing where two equal ones disagree", () =>
    Effect.gen(function* () {
      yield* stored(ask(river), ["尼罗河"], { status: "unverified", source: "ai", confidence: 0.95 })
      yield* stored(ask(`${river}吗`), ["多瑙河"], { confidence: 0.5 })
      assert.strictEqual(said(yield* inTier(ask(`请问${river}呢`))), "多瑙河")
      yield* stored(ask(`${river}啊`), ["湄公河"])
      assert.isTrue(Option.isNone(yield* inTier(ask(`请问${river}呢`))))
    }).pipe(Effect.provide(tierWith()))
  )

  it.effect("keeps apart what the guards tell apart", () =>
    Effect.gen(function* () {
      yield* stored(ask(river), ["多瑙河"])
      for (const title of [river.replace("最多", "最少"), river.replace("世界", "亚洲"), `不属于${river}`]) {
        assert.isTrue(Option.isNone(yield* inTier(ask(title))), title)
      }
    }).pipe(Effect.provide(tierWith(["answering.similar_threshold=0.5"])))
  )

  it.effect("wants the answer among the options, and the options to be largely the same", () =>
    Effect.gen(function* () {
      yield* stored(ask("我国面积最广的沙漠叫什么", ["塔克拉玛干", "腾格里", "毛乌素", "巴丹吉林"], "single"), [
        "塔克拉玛干"
      ])
      yield* stored(ask("发明蒸汽机的英国人叫什么"), ["瓦特"])
      yield* stored(ask("电话的发明人叫什么", ["贝尔", "瓦特", "法拉第", "伏特"], "single"), ["贝尔"])
      const asked = (title: string, options: ReadonlyArray<string>) => inTier(ask(`请问${title}`, options, "single"))
      assert.strictEqual(said(yield* asked("发明蒸汽机的英国人叫什么", ["牛顿", "瓦特"])), "瓦特")
      assert.isTrue(Option.isNone(yield* asked("发明蒸汽机的英国人叫什么", ["牛顿", "法拉第"])))
      assert.strictEqual(said(yield* asked("电话的发明人叫什么", ["瓦特", "贝尔", "伏特", "牛顿"])), "贝尔")
      assert.isTrue(Option.isNone(yield* asked("电话的发明人叫什么", ["爱迪生", "贝尔", "特斯拉", "牛顿"])))
      assert.isTrue(Option.isNone(yield* asked("电话的发明人叫什么", ["瓦特", "贝尔", "伏特", "以上都不对"])))
      assert.isTrue(
        Option.isNone(yield* asked("我国面积最广的沙漠叫什么", ["塔克拉玛干", "腾格里", "毛乌素", "撒哈拉"]))
      )
    }).pipe(Effect.provide(tierWith()))
  )

  it.effect("never takes a letter stored without options for a place among the options asked", () =>
    Effect.gen(function* () {
      yield* stored(ask(river), ["B"])
      assert.isTrue(Option.isNone(yield* inTier(ask(`请问${river}`, ["尼罗河", "亚马孙河"], "single"))))
      assert.isTrue(Option.isNone(yield* inTier(ask(`请问${river}`))))
    }).pipe(Effect.provide(tierWith()))
  )

  it.effect("wants the same kind of question", () =>
    Effect.gen(function* () {
      yield* stored(ask("太阳是离地球最近的恒星", ["对", "错"], "judgement"), ["对"])
      assert.strictEqual(said(yield* inTier(ask("请问太阳是离地球最近的恒星吗", ["正确", "错误"]))), "正确")
      assert.isTrue(Option.isNone(yield* inTier(ask("请问太阳是离地球最近的恒星吗", ["对", "错"], "multiple"))))
    }).pipe(Effect.provide(tierWith()))
  )

  it.effect("follows the threshold", () =>
    Effect.gen(function* () {
      const typo = ask("中国古代的四大发名")
      yield* stored(ask("中国古代的四大发明"), ["造纸术"])
      const tier = (threshold: string) =>
        Effect.provide(
          inTier(typo),
          SimilarTier.layer.pipe(Layer.provide(bankWith(none, [`answering.similar_threshold=${threshold}`])))
        )
      assert.isTrue(Option.isNone(yield* tier("0.99")))
      assert.isTrue(Option.isNone(yield* inTier(typo)))
    }).pipe(Effect.provide(tierWith(["answering.similar_threshold=0.99"])))
  )
  it.effect("takes a slip in a short title at a lower threshold", () =>
    Effect.gen(function* () {
      yield* stored(ask("中国古代的四大发明"), ["造纸术"])
      assert.strictEqual(said(yield* inTier(ask("中国古代的四大法明"))), undefined)
      assert.strictEqual(said(yield* inTier(ask("中国谷代的四大发明"))), "造纸术")
    }).pipe(Effect.provide(tierWith(["answering.similar_threshold=0.8"])))
  )

  it.effect("is passed over where it is off, and for titles of two characters", () => {
    const model = paid()
    return Effect.gen(function* () {
      yield* stored(ask(river), ["尼罗河"])
      assert.strictEqual((yield* find(ask(`请问${river}`))).source, "ai")
      assert.strictEqual(model.calls.length, 1)
    }).pipe(Effect.provide(bankWith(model.layer, ["answering.similar=false"])))
  })
  it.effect("does not look for titles of two characters", () => {
    let searches = 0
    const counting = Layer.succeed(
      Candidates,
      Candidates.of({ find: () => Effect.sync(() => (searches++, [])), caughtUp: Effect.void })
    )
    return Effect.gen(function* () {
      yield* inTier(ask("请问的是水呢"))
      assert.strictEqual(searches, 0)
      yield* inTier(ask("水的沸点"))
      assert.strictEqual(searches, 1)
    }).pipe(Effect.provide(tierWith([], counting)))
  })

  it.effect("judges rows as they are now, not as they were when they were indexed", () => {
    const ids: Array<string> = []
    const stale = Layer.succeed(
      Candidates,
      Candidates.of({ find: () => Effect.succeed([...ids, "q_gone"]), caughtUp: Effect.void })
    )
    return Effect.gen(function* () {
      const { id } = yield* stored(ask(river), ["尼罗河"])
      ids.push(id)
      assert.strictEqual(said(yield* inTier(ask(`请问${river}`))), "尼罗河")
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE bank_questions SET title = ${"另外一道完全不同的题"} WHERE id = ${id}`
      assert.isTrue(Option.isNone(yield* inTier(ask(`请问${river}`))))
      yield* sql`DELETE FROM bank_questions WHERE id = ${id}`
      assert.isTrue(Option.isNone(yield* inTier(ask(`请问${river}`))))
    }).pipe(Effect.provide(tierWith([], stale)))
  })

  it.effect("leaves the question to a model where the search is down, and the service goes on", () => {
    const model = paid()
    const down = Layer.succeed(
      Candidates,
      Candidates.of({ find: () => Effect.fail(new SearchSkipped({ why: "down" })), caughtUp: Effect.void })
    )
    return Effect.gen(function* () {
      yield* stored(ask(river), ["尼罗河"])
      assert.strictEqual((yield* find(ask(`请问${river}`))).source, "ai")
      assert.strictEqual((yield* find(ask(river))).source, "bank")
    }).pipe(Effect.provide(answersOver(model.layer, down)))
  })
})

/** A thread that does as it is told: `reply` answers the oldest search, `die` ends it. */
const puppetThread = () => {
  const asked: Array<number> = []
  let take: Parameters<SearchThread["onMessage"]>[0] = () => undefined
  let end: Parameters<SearchThread["onEnd"]>[0] = () => undefined
  let starts = 0
  const start = (): SearchThread => {
    starts++
    return {
      post: (message) => void (message._tag === "Find" && asked.push(message.id)),
      onMessage: (callback) => void (take = callback),
      onEnd: (callback) => void (end = callback),
      stop: Effect.void
    }
  }
  return {
    start,
    starts: () => starts,
    waiting: () => asked.length,
    reply: (ids: ReadonlyArray<string>) => take({ _tag: "Found", id: asked.shift() ?? -1, ids }),
    die: () => end(new Error("out of memory"))
  }
}
const search = Effect.flatMap(Candidates, (candidates) =>
  Effect.map(Effect.result(candidates.find({ core: "甲乙丙丁", options: [] })), (result) =>
    Result.isSuccess(result) ? result.success.join() : result.failure.why
  )
)

describe("the search in a thread", () => {
  it.effect(
    "is skipped after a tenth of a second, when the thread dies, and while it is gone; a new one is started",
    () => {
      const thread = puppetThread()
      return Effect.gen(function* () {
        const slow = yield* Effect.forkChild(search)
        yield* TestClock.adjust("100 millis")
        assert.strictEqual(yield* Fiber.join(slow), "slow")
        const cut = yield* Effect.forkChild(search)
        yield* TestClock.adjust("1 millis")
        thread.die()
        assert.strictEqual(yield* Fiber.join(cut), "down")
        assert.strictEqual(yield* search, "down")
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(thread.starts(), 2)
        const found = yield* Effect.forkChild(search)
        yield* TestClock.adjust("1 millis")
        while (thread.waiting() > 0) thread.reply(["q_1"])
        assert.strictEqual(yield* Fiber.join(found), "q_1")
      }).pipe(Effect.provide(layerOf(thread.start)))
    }
  )

  it.effect("takes 64 searches at once, and another when one who asked has left", () => {
    const thread = puppetThread()
    return Effect.gen(function* () {
      const all = yield* Effect.forEach(Array.from({ length: 64 }), () => Effect.forkChild(search))
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* search, "busy")
      const [first] = all
      if (first !== undefined) yield* Fiber.interrupt(first)
      const another = yield* Effect.forkChild(search)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(thread.waiting(), 65)
      thread.reply(["q_left"])
      thread.reply(["q_2"])
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(yield* Fiber.join(another), "slow")
      assert.deepStrictEqual(
        (yield* Effect.forEach(all.slice(1), Fiber.join)).filter((outcome) => outcome !== "slow"),
        ["q_2"]
      )
    }).pipe(Effect.provide(layerOf(thread.start)))
  })

  const folder = Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "siku-similar-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  )
  const bankIn = (home: string) => bankWith(none, [`database.url=file://${join(home, "siku.db")}`])
  const threadIn = (home: string) =>
    layerOf(() =>
      startSearchThread({ bankFile: join(home, "siku.db"), indexFile: join(home, CandidatesLive.indexName) })
    )
  const serviceIn = (home: string) =>
    SimilarTier.layerOver.pipe(Layer.provideMerge(threadIn(home)), Layer.provideMerge(bankIn(home)))
  const caughtUp = Effect.flatMap(Candidates, (candidates) => candidates.caughtUp)

  it.live("finds what was written to a bank's file, forgets what was deleted, and catches up after a restart", () =>
    Effect.gen(function* () {
      const home = yield* folder
      yield* Effect.gen(function* () {
        yield* stored(ask(river), ["多瑙河"])
        yield* caughtUp
        assert.strictEqual(said(yield* inTier(ask(`请问${river}`))), "多瑙河")
      }).pipe(Effect.provide(serviceIn(home)))
      // written while no search is running
      yield* stored(ask("发明蒸汽机的英国人叫什么"), ["瓦特"]).pipe(Effect.provide(bankIn(home)))
      yield* Effect.gen(function* () {
        yield* caughtUp
        assert.strictEqual(said(yield* inTier(ask("请问发明蒸汽机的英国人叫什么"))), "瓦特")
        const sql = yield* SqlClient.SqlClient
        yield* sql`UPDATE bank_questions SET title = ${"发现万有引力的英国人叫什么"}, answer = ${'["牛顿"]'} WHERE title LIKE ${"发明%"}`
        yield* sql`DELETE FROM bank_questions WHERE title = ${river}`
        yield* caughtUp
        assert.strictEqual(said(yield* inTier(ask("请问发现万有引力的英国人叫什么"))), "牛顿")
        const { find } = yield* Candidates
        assert.deepStrictEqual(yield* find({ core: river, options: [] }), [])
      }).pipe(Effect.provide(serviceIn(home)))
    }).pipe(Effect.scoped)
  )

  it.live("builds the index anew where its file is damaged or gone", () =>
    Effect.gen(function* () {
      const home = yield* folder
      yield* stored(ask(river), ["多瑙河"]).pipe(Effect.provide(bankIn(home)))
      const damages = [
        () => writeFileSync(join(home, CandidatesLive.indexName), "no database".repeat(500)),
        () => rmSync(join(home, CandidatesLive.indexName))
      ]
      for (const damage of damages) {
        damage()
        yield* Effect.gen(function* () {
          yield* caughtUp
          assert.strictEqual(said(yield* inTier(ask(`请问${river}`))), "多瑙河")
        }).pipe(Effect.provide(serviceIn(home)))
      }
    }).pipe(Effect.scoped)
  )
})

describe("chooseFit", () => {
  const fit = (text: string, similarity: number, status: "trusted" | "unverified" | "needs_review") => ({
    similarity,
    texts: [text],
    row: { status, confidence: 0.9 }
  })

  it("takes the nearest of the most trusted, and none where equals disagree", () => {
    assert.strictEqual(chooseFit([fit("甲", 0.92, "trusted"), fit("乙", 0.99, "unverified")])?.texts[0], "甲")
    assert.strictEqual(chooseFit([fit("甲", 0.91, "trusted"), fit("乙", 0.99, "trusted")])?.texts[0], "乙")
    assert.strictEqual(chooseFit([fit("甲", 0.98, "trusted"), fit("甲。", 0.99, "trusted")])?.texts[0], "甲。")
    assert.isUndefined(chooseFit([fit("甲", 0.98, "trusted"), fit("乙", 0.99, "trusted")]))
    assert.isUndefined(chooseFit([fit("甲", 1, "needs_review")]))
  })
})

import { DatabaseSync } from "node:sqlite"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Schedule, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { AnswerCache } from "../../src/bank/AnswerCache.ts"
import * as ChangesElsewhere from "../../src/bank/ChangesElsewhere.ts"
import { QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import { QuestionId } from "../../src/bank/StoredQuestion.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { ask, stored } from "../support/bank.ts"
import { testConfig } from "../support/config.ts"
import { query, startSiku } from "../support/siku.ts"
import { temporaryHome } from "../support/sikuProcess.ts"

/** The file of a bank that is open here, and watched. */
const withBank = <A, E>(use: (file: string) => Effect.Effect<A, E, AnswerCache | QuestionRepo | Scope.Scope>) =>
  Effect.gen(function* () {
    const home = yield* temporaryHome
    const file = `${home}/siku.db`
    const bank = Layer.merge(ChangesElsewhere.layer, QuestionRepo.layer).pipe(
      Layer.provideMerge(AnswerCache.layer),
      Layer.provideMerge(Sql.layer),
      Layer.provide(testConfig({ home, set: [`database.url=sqlite:///${file}`] })),
      Layer.provide(NodeServices.layer)
    )
    return yield* Effect.provide(use(file), bank)
  })

/** Another connection to the file, as another process has it. */
const elsewhere = (file: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(file, { timeout: 5000 })),
    (database) => Effect.sync(() => database.close())
  )

const remember = Effect.flatMap(AnswerCache, (cache) =>
  cache.set("a", { id: QuestionId.make("q_1"), title: "题", answer: ["甲"], confidence: 1, ai: false })
)
const isRemembered = Effect.flatMap(AnswerCache, (cache) => Effect.map(cache.get("a"), Option.isSome))

describe("what another process writes to the bank", () => {
  it.effect("empties memory within a second", () =>
    withBank((file) =>
      Effect.gen(function* () {
        const other = yield* elsewhere(file)
        yield* remember
        yield* TestClock.adjust("10 seconds")
        assert.isTrue(yield* isRemembered)
        other.exec("INSERT INTO bank_meta (name, value) VALUES ('a', 'b')")
        yield* TestClock.adjust("1 second")
        assert.isFalse(yield* isRemembered)
        yield* TestClock.adjust("5 seconds")
        yield* remember
        yield* TestClock.adjust("10 seconds")
        assert.isTrue(yield* isRemembered)
      })
    )
  )

  it.effect("keeps out what was read before it and comes after", () =>
    withBank((file) =>
      Effect.gen(function* () {
        const other = yield* elsewhere(file)
        other.exec("INSERT INTO bank_meta (name, value) VALUES ('a', 'b')")
        yield* TestClock.adjust("1 second")
        yield* remember
        assert.isFalse(yield* isRemembered)
      })
    )
  )

  it.effect("is told from what the service writes, and from its checkpoints", () =>
    withBank((file) =>
      Effect.gen(function* () {
        const other = yield* elsewhere(file)
        yield* TestClock.adjust("1 second")
        yield* remember
        for (let n = 0; n < 5; n++) {
          yield* stored(ask(`第 ${n} 题`), ["甲"])
          yield* TestClock.adjust("1 second")
          // the log is empty then, and the next write begins it anew
          assert.deepStrictEqual({ ...other.prepare("PRAGMA wal_checkpoint(PASSIVE)").get() }["busy"], 0)
          yield* TestClock.adjust("1 second")
        }
        assert.isTrue(yield* isRemembered)
      })
    )
  )

  it.live("is answered with by a service that had the old answer in memory", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const file = `${home}/siku.db`
      const base = yield* startSiku({ home, set: [`database.url=sqlite:///${file}`, "bank.starter=true"] })
      const other = yield* elsewhere(file)
      const title = "中国的首都是哪里？"
      yield* query(base, { title })
      const asked = yield* query(base, { title })
      assert.deepStrictEqual([asked.json["answer"], asked.json["source"]], ["北京", "memory"])
      other.prepare("UPDATE bank_questions SET answer = ? WHERE id = ?").run('["北平"]', String(asked.json["id"]))
      const again = query(base, { title }).pipe(
        Effect.flatMap(({ json }) => (json["answer"] === "北平" ? Effect.succeed(json["source"]) : Effect.fail("old"))),
        Effect.retry(Schedule.spaced("100 millis"))
      )
      assert.strictEqual(yield* again, "bank")
    })
  )
})

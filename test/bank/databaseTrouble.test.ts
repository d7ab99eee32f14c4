import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Result, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { SqlClient } from "effect/sql"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { Answers } from "../../src/bank/Answers.ts"
import { QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import { DatabaseTrouble } from "../../src/platform/DatabaseTrouble.ts"
import { ask, bankWith, stored } from "../support/bank.ts"
import { scriptedModel } from "../support/scriptedModel.ts"
import { manage, query, send, startSiku } from "../support/siku.ts"

const everySoOften = Schedule.spaced("20 millis")
const long = "很长的答案".repeat(20_000)

const rows = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(sql<{ readonly n: number }>`SELECT COUNT(*) AS n FROM bank_questions`, ([row]) => row?.n)
)

describe("an answer that the database does not take", () => {
  for (const [what, begin, end] of [
    ["is full", (pages: number) => `PRAGMA max_page_count = ${pages}`, "PRAGMA max_page_count = 1000000"],
    ["takes no writes", () => "PRAGMA query_only = 1", "PRAGMA query_only = 0"]
  ] as const) {
    it.effect(`because it ${what} is given out, marked, asked for once, and stored as soon as it can be`, () => {
      const model = scriptedModel(() => Effect.succeed(long))
      const question = ask("为什么？", [], "essay")
      return Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const answers = yield* Answers
        const [size] = yield* sql<{ readonly page_count: number }>`PRAGMA page_count`
        yield* sql.unsafe(begin(size?.page_count ?? 0))
        const first = yield* answers.find(question)
        assert.deepStrictEqual([first.texts, first.source, first.unsaved], [[long], "ai", true])
        assert.strictEqual(yield* rows, 0)
        yield* sql.unsafe(end)
        yield* TestClock.adjust("6 seconds")
        assert.strictEqual(yield* rows, 1)
        const again = yield* answers.find(question)
        assert.deepStrictEqual([again.texts, again.unsaved, again.id], [[long], undefined, first.id])
        assert.strictEqual(model.calls.length, 1)
      }).pipe(Effect.provide(bankWith(model.layer)))
    })
  }
})

describe("a bank that cannot be read", () => {
  it.effect("is told to whoever asks, costs no model call, and does not touch what memory holds", () => {
    const model = scriptedModel(() => Effect.succeed("乙"))
    const trouble = { current: false }
    // The real bank, which fails when it is told to.
    const failing = Layer.effect(
      QuestionRepo,
      Effect.map(QuestionRepo, (repo) => ({
        ...repo,
        candidates: (question: Parameters<typeof repo.candidates>[0]) =>
          trouble.current ? Effect.fail(new DatabaseTrouble({ kind: "failed" })) : repo.candidates(question)
      }))
    )
    const layer = Layer.fresh(Answers.layer).pipe(Layer.provide(failing), Layer.provideMerge(bankWith(model.layer)))
    return Effect.gen(function* () {
      const answers = yield* Answers
      const known = ask("已知的题", ["甲", "乙"], "single")
      yield* stored(known, ["乙"])
      assert.strictEqual((yield* answers.find(known)).source, "bank")
      trouble.current = true
      assert.strictEqual((yield* answers.find(known)).source, "memory")
      const other = yield* Effect.result(answers.find(ask("另一道题", ["甲", "乙"], "single")))
      assert.deepInclude(Result.isFailure(other) ? other.failure.reason : {}, {
        _tag: "BankUnavailable",
        kind: "failed"
      })
      assert.strictEqual(model.calls.length, 0)
      trouble.current = false
      assert.strictEqual((yield* answers.find(ask("另一道题", ["甲", "乙"], "single"))).source, "ai")
    }).pipe(Effect.provide(layer))
  })
})

describe("a service whose database another program has locked", () => {
  it.live("answers what it knows and asks models for the rest, says so, and recovers by itself", () =>
    Effect.gen(function* () {
      const home = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "siku-locked-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
      )
      const model = yield* upstream({ answer: () => "乙" })
      const base = yield* startSiku({
        home,
        set: [
          `database.url=sqlite:///${join(home, "siku.db")}`,
          "ai.providers.up.preset=custom",
          `ai.providers.up.base_url=${model.url}`,
          "ai.providers.up.model=m"
        ]
      })
      const about = (title: string) => ({ title, options: "甲\n乙", type: "single" })
      const health = send(`${base}/health/ready`)
      assert.deepInclude((yield* query(base, about("第一题"))).json, { code: 1, source: "ai" })
      const other = yield* Effect.acquireRelease(
        Effect.sync(() => new DatabaseSync(join(home, "siku.db"))),
        (database) => Effect.sync(() => database.close())
      )
      other.exec("BEGIN EXCLUSIVE")
      const second = yield* Effect.forkChild(query(base, about("第二题")), { startImmediately: true })
      assert.deepInclude((yield* query(base, about("第一题"))).json, { code: 1, source: "memory" })
      const locked = yield* health
      assert.strictEqual(locked.status, 200)
      assert.deepInclude(locked.json, { status: "degraded" })
      assert.include(JSON.stringify(locked.json["reasons"]), "held by another program")
      const unsaved = yield* Fiber.join(second)
      assert.deepInclude(unsaved.json, { code: 1, answer: "乙", id: null })
      assert.include(String(unsaved.json["msg"]), "还没有保存")
      const refused = yield* manage(base, "POST", "/api/v1/questions", {
        title: "第三题",
        options: ["甲", "乙"],
        type: "single",
        answer: ["甲"]
      })
      assert.deepStrictEqual([refused.status, refused.headers.get("retry-after")], [503, "5"])
      assert.notMatch(refused.text, /SqlError|sqlite|locked|\.ts/i)
      other.exec("ROLLBACK")
      const saved = yield* Effect.repeat(query(base, about("第二题")), {
        until: ({ json }) => json["id"] !== null,
        times: 1000,
        schedule: everySoOften
      })
      assert.deepInclude(saved.json, { code: 1, source: "memory", answer: "乙" })
      const known = other.prepare("SELECT COUNT(*) AS n FROM bank_questions").get()
      assert.strictEqual(known?.["n"], 2)
      const well = yield* Effect.repeat(health, {
        until: ({ json }) => json["status"] === "ok",
        times: 1000,
        schedule: everySoOften
      })
      assert.deepInclude(well.json["checks"], { database: "ok" })
      assert.strictEqual(model.requests.length, 2)
    })
  )
})

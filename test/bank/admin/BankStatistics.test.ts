import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { BankReports } from "../../../src/bank/admin/BankReports.ts"
import { BankStatistics } from "../../../src/bank/admin/BankStatistics.ts"
import { statsOf } from "../../../src/bank/admin/view.ts"
import { stored } from "../../support/bank.ts"
import { draft, importOf, managedBank, write } from "../../support/questions.ts"

const figures = Effect.flatMap(BankReports, (reports) => Effect.map(reports.figures(30), statsOf))

describe("the bank's statistics", () => {
  it.effect("count every answer and every miss exactly, by tier and day", () =>
    Effect.gen(function* () {
      const statistics = yield* BankStatistics
      const missed = draft("没有人知道")
      for (let n = 0; n < 7; n++) yield* statistics.hit("memory")
      for (let n = 0; n < 2; n++) yield* statistics.hit("similar")
      yield* statistics.hit("ai")
      yield* statistics.missed(missed.question)
      yield* TestClock.adjust("1 day")
      yield* statistics.hit("bank")
      for (let n = 0; n < 2; n++) yield* statistics.missed(missed.question)
      yield* statistics.missed(draft("另一个").question)
      const seen = yield* figures
      assert.deepStrictEqual(
        seen.days.map(({ day, hit_rate, hits, missed }) => [day, hits, missed, hit_rate]),
        [
          ["1970-01-01", { memory: 7, bank: 0, similar: 2, ai: 1 }, 1, 9 / 11],
          ["1970-01-02", { memory: 0, bank: 1, similar: 0, ai: 0 }, 3, 1 / 4]
        ]
      )
      assert.deepStrictEqual(
        seen.missed.map(({ count, title }) => [title, count]),
        [
          ["没有人知道", 3],
          ["另一个", 1]
        ]
      )
      yield* write([missed])
      assert.deepStrictEqual(
        (yield* figures).missed.map(({ title }) => title),
        ["另一个"]
      )
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("write nothing while questions are answered, and all of it within seconds", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const statistics = yield* BankStatistics
      yield* TestClock.adjust("1 second")
      for (let n = 0; n < 1000; n++) yield* statistics.hit("memory")
      assert.deepStrictEqual(yield* sql`SELECT * FROM bank_daily`, [])
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* sql`SELECT * FROM bank_daily`, [
        { day: "1970-01-01", what: "hit:memory", count: 1000 }
      ])
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("lose nothing at the end of the service", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* Effect.scoped(
        Effect.gen(function* () {
          const built = yield* Layer.build(Layer.fresh(BankStatistics.layer))
          yield* Context.get(built, BankStatistics).hit("bank")
        })
      )
      assert.deepStrictEqual(yield* sql`SELECT what, count FROM bank_daily`, [{ what: "hit:bank", count: 1 }])
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("keep what the database did not take and write it later, once", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const statistics = yield* BankStatistics
      yield* statistics.hit("bank")
      yield* statistics.missed(draft("没有人知道").question)
      yield* sql`
        CREATE TRIGGER refuse BEFORE INSERT ON bank_misses BEGIN SELECT RAISE(ABORT, 'not now'); END`
      yield* statistics.flush
      yield* statistics.hit("bank")
      assert.deepStrictEqual(yield* sql`SELECT * FROM bank_daily`, [])
      yield* sql`DROP TRIGGER refuse`
      const seen = yield* figures
      assert.strictEqual(seen.days[0]?.hits.bank, 2)
      assert.strictEqual(seen.missed[0]?.count, 1)
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("stay bounded however many different questions nobody can answer", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const statistics = yield* BankStatistics
      for (let round = 0; round < 12; round++) {
        for (let n = 0; n < 1100; n++) yield* statistics.missed(draft(`第${round}轮的${n}`).question)
        yield* statistics.flush
      }
      const [{ rows } = {}] = yield* sql`SELECT COUNT(*) AS rows FROM bank_misses`
      assert.strictEqual(rows, 10_000)
      assert.strictEqual((yield* figures).days[0]?.missed, 13_200)
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("tell what the bank holds and how it grew", () =>
    Effect.gen(function* () {
      yield* write(Array.from({ length: 1234 }, (_, n) => draft(`导入${n}`, n === 0 ? { status: "unverified" } : {})))
      yield* stored(draft("一个新的").question, ["甲"], { source: "ai", status: "unverified" })
      yield* stored(draft("一个新的").question, ["甲"], { source: "ai", status: "unverified" })
      yield* write([draft("一个新的")], "skip", importOf("job-2"))
      const seen = yield* figures
      assert.strictEqual(seen.total, 1235)
      assert.deepStrictEqual(seen.by_status, { trusted: 1234, unverified: 1 })
      assert.deepStrictEqual(seen.by_source, { import: 1235 })
      assert.deepStrictEqual(seen.by_type, { single: 1235 })
      assert.deepStrictEqual(seen.days[0]?.added, { ai: 1, import: 1234 })
    }).pipe(Effect.provide(managedBank()))
  )
})

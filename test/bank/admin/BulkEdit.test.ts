import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { BankReports } from "../../../src/bank/admin/BankReports.ts"
import { type BulkAction, BulkEdit, bulkPortion } from "../../../src/bank/admin/BulkEdit.ts"
import { QuestionEditor } from "../../../src/bank/admin/QuestionEditor.ts"
import { QuestionSearch } from "../../../src/bank/admin/QuestionSearch.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import { draft, managedBank, write } from "../../support/questions.ts"

const by = { who: "admin", why: "tidying" }
const Tags = Schema.Array(Schema.Literals(["a", "b", "c"]))
const Action = Schema.Union([
  Schema.Struct({ action: Schema.Literal("delete") }),
  Schema.Struct({ action: Schema.Literals(["add_tags", "remove_tags"]), tags: Tags }),
  Schema.Struct({ action: Schema.Literal("set_status"), status: Schema.Literals(["trusted", "needs_review"]) })
])

const rows = Effect.fnUntraced(function* () {
  const page = yield* (yield* QuestionSearch).page({ filter: {}, order: "oldest", limit: 200 })
  return page.rows.map(({ source, status, tags, title }) => ({ title, tags, status, source }))
})

const fill = (tags: ReadonlyArray<ReadonlyArray<string>>) =>
  write(tags.map((tags, n) => draft(`题${n}`, { tags, source: n % 2 === 0 ? "import" : "user" })))

const oneByOne = Effect.fnUntraced(function* (ids: ReadonlyArray<string>, action: BulkAction) {
  const editor = yield* QuestionEditor
  for (const id of ids) {
    const row = yield* editor.read(id)
    switch (action.action) {
      case "delete":
        yield* editor.remove(id, by)
        break
      case "set_status":
        yield* editor.change(id, { status: action.status }, by)
        break
      case "add_tags":
        yield* editor.change(id, { tags: [...row.tags, ...action.tags] }, by)
        break
      case "remove_tags":
        yield* editor.change(id, { tags: row.tags.filter((tag) => !action.tags.includes(tag)) }, by)
    }
  }
})

describe("BulkEdit", () => {
  it.effect.prop(
    "does what the same changes one by one do, and says before what it will do",
    [Schema.Array(Tags), Action],
    ([tags, action]) =>
      Effect.gen(function* () {
        const singles = yield* Effect.gen(function* () {
          yield* oneByOne(
            (yield* fill(tags)).map(({ id }) => id),
            action
          )
          return { rows: yield* rows(), tags: yield* (yield* BankReports).tags }
        }).pipe(Effect.provide(managedBank()))
        const many = yield* Effect.gen(function* () {
          const ids = (yield* fill(tags)).map(({ id }) => id)
          const bulk = yield* BulkEdit
          const before = yield* rows()
          const foretold = yield* bulk.run({ ids }, action, by, { dryRun: true })
          assert.deepStrictEqual(yield* rows(), before)
          const done = yield* bulk.run({ ids: [...ids, ...ids, "q_none"] }, action, by, { dryRun: false })
          assert.deepStrictEqual(done, foretold)
          assert.strictEqual(done.matched, ids.length)
          const histories = yield* Effect.forEach(ids, (id) =>
            Effect.flatMap(BankReports, (reports) => reports.history({ id, limit: 10 }))
          )
          assert.strictEqual(histories.flat().length, done.changed)
          return { rows: yield* rows(), tags: yield* (yield* BankReports).tags }
        }).pipe(Effect.provide(managedBank()))
        assert.deepStrictEqual(many.rows, singles.rows)
        assert.sameDeepMembers([...many.tags], [...singles.tags])
      }),
    { arbitrary: { runs: 40 } }
  )

  it.effect("takes all that a filter finds, however many pages, and nothing else", () =>
    Effect.gen(function* () {
      const bulk = yield* BulkEdit
      yield* write(Array.from({ length: 1200 }, (_, n) => draft(`题${n}`, { tags: n % 3 === 0 ? ["x"] : [] })))
      const found = yield* bulk.run({ filter: { tag: "x" } }, { action: "delete" }, by, { dryRun: false })
      assert.deepStrictEqual(found, { matched: 400, changed: 400, rest: undefined })
      const left = yield* bulk.run({ filter: {} }, { action: "add_tags", tags: ["y"] }, by, { dryRun: false })
      assert.deepStrictEqual(left, { matched: 800, changed: 800, rest: undefined })
      assert.deepStrictEqual(yield* (yield* BankReports).tags, [{ tag: "y", count: 800 }])
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("does a bounded portion of what a filter finds, and then the rest, without what came in meanwhile", () =>
    Effect.gen(function* () {
      const bulk = yield* BulkEdit
      const count = bulkPortion.matched + 300
      yield* (yield* QuestionRepo).insertAll(
        Array.from({ length: count }, (_, n) => ({
          ...draft(`题${n}`),
          source: "import" as const,
          status: "trusted" as const,
          confidence: 0.9
        }))
      )
      const action: BulkAction = { action: "set_status", status: "unverified" }
      const first = yield* bulk.run({ filter: { status: "trusted" } }, action, by, { dryRun: false })
      assert.deepInclude(first, { matched: bulkPortion.matched, changed: bulkPortion.matched })
      yield* write([draft("后来的题")])
      const second = yield* bulk.run({ filter: { status: "trusted" }, rest: first.rest }, action, by, { dryRun: false })
      assert.deepStrictEqual(second, { matched: 300, changed: 300, rest: undefined })
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("lets others in between, and stops where it is when it is interrupted, with a history of all it did", () =>
    Effect.gen(function* () {
      const bulk = yield* BulkEdit
      const sql = yield* SqlClient.SqlClient
      yield* write(Array.from({ length: 1000 }, (_, n) => draft(`题${n}`)))
      const count = (query: string) =>
        Effect.map(sql.unsafe<{ readonly count: number }>(query), (rows) => rows[0]?.count ?? 0)
      const tagged = count("SELECT COUNT(*) AS count FROM bank_tags WHERE tag = 'x'")
      const running = yield* Effect.forkChild(
        bulk.run({ filter: {} }, { action: "add_tags", tags: ["x"] }, by, { dryRun: false })
      )
      let seen = 0
      while (seen === 0) {
        yield* Effect.yieldNow
        seen = yield* tagged
      }
      assert.isBelow(seen, 1000)
      yield* Fiber.interrupt(running)
      const done = yield* tagged
      assert.isBelow(done, 1000)
      assert.strictEqual(yield* count("SELECT COUNT(*) AS count FROM bank_history WHERE action = 'edited'"), done)
    }).pipe(Effect.provide(managedBank()))
  )
})

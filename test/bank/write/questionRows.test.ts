import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { SqlClient } from "effect/sql"
import { decide } from "../../../src/bank/write/decide.ts"
import { newId } from "../../../src/bank/write/newId.ts"
import type { QuestionDraft } from "../../../src/bank/write/QuestionWriter.ts"
import { identityOf, makeQuestionRows } from "../../../src/bank/write/questionRows.ts"
import type { StoredQuestion } from "../../../src/bank/StoredQuestion.ts"
import { draft, importOf, managedBank } from "../../support/questions.ts"

const newRow = (of: QuestionDraft): StoredQuestion => {
  const { after } = decide(undefined, of, "skip", importOf("job-1"), 1)
  if (after === undefined) throw new Error("no row")
  return after
}

describe("the rows of the bank", () => {
  it("are known by the key of their question", () => {
    for (const of of [draft("一"), draft("二", { type: "multiple" }), draft("对不对", { type: "judgement" })]) {
      assert.strictEqual(identityOf(newRow(of)), of.question.key)
    }
  })

  it.effect("are not written at all where the question of one is there already", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const rows = yield* makeQuestionRows
      const [first, second] = [newRow(draft("一", { tags: ["a"] })), newRow(draft("二", { tags: ["b"] }))]
      yield* sql.withTransaction(rows.insert([first], 1))
      const again = sql.withTransaction(rows.insert([second, { ...first, id: newId() }], 1))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(again)))
      assert.deepStrictEqual(yield* sql`SELECT title FROM bank_questions`, [{ title: "一" }])
      assert.deepStrictEqual(yield* sql`SELECT tag FROM bank_tags`, [{ tag: "a" }])
    }).pipe(Effect.provide(managedBank()))
  )
})

describe("a new id", () => {
  it("is a UUID of version 7 that comes after all before it, however many are made at once", () => {
    const ids = Array.from({ length: 10_000 }, newId)
    assert.deepStrictEqual(ids, ids.toSorted())
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const id of ids) assert.match(id, /^q_[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  })
})

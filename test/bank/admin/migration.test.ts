import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import { migrations } from "../../../src/platform/migrations/index.ts"
import { emptyDatabase } from "../../support/tables.ts"

const run = (some: Partial<typeof migrations>) =>
  Migrator.make({})({ loader: Migrator.fromRecord(some), table: "siku_migrations" })

const row = (id: string, tags: string) => ({
  id,
  title_key: id,
  options_key: "",
  type_class: "single",
  type: "single",
  title: id,
  options: "[]",
  answer: '["甲"]',
  source: "import",
  status: "trusted",
  confidence: 0.9,
  provider: null,
  model: null,
  tags,
  created_at: 1,
  updated_at: 1
})

describe("the migration for managing the bank", () => {
  it.effect("finds the tags of the questions that are there, and gives them no votes", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* run({
        "0001_create_questions": migrations["0001_create_questions"],
        "0002_create_providers": migrations["0002_create_providers"],
        "0003_create_model_calls": migrations["0003_create_model_calls"],
        "0004_create_admin_key": migrations["0004_create_admin_key"]
      })
      yield* sql`INSERT INTO bank_questions ${sql.insert([row("q_1", '["a","b","a"]'), row("q_2", "[]"), row("q_3", '["b"]')])}`
      yield* run(migrations)
      assert.deepStrictEqual(yield* sql`SELECT tag, question_id FROM bank_tags ORDER BY tag, question_id`, [
        { tag: "a", question_id: "q_1" },
        { tag: "b", question_id: "q_1" },
        { tag: "b", question_id: "q_3" }
      ])
      assert.deepStrictEqual(yield* sql`SELECT DISTINCT right_votes, wrong_votes, explanation FROM bank_questions`, [
        { right_votes: 0, wrong_votes: 0, explanation: null }
      ])
      const waiting = yield* sql`
        EXPLAIN QUERY PLAN SELECT id FROM bank_questions WHERE status IN ('needs_review', 'disputed') ORDER BY id`
      assert.match(JSON.stringify(waiting), /USING (COVERING )?INDEX bank_questions_waiting/)
    }).pipe(Effect.provide(emptyDatabase))
  )
})

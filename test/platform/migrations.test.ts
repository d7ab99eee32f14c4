import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import { migrations } from "../../src/platform/migrations/index.ts"
import { emptyDatabase } from "../support/tables.ts"

// On SQLite, the one database this project has a driver for.
const run = (some: Partial<typeof migrations>) =>
  Migrator.make({})({ loader: Migrator.fromRecord(some), table: "siku_migrations" })

/** The columns of a table: name, type, and whether it may be null, in order. */
const columnsOf = (table: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`SELECT name, type, "notnull" AS required FROM pragma_table_info(${table})`
    return rows.map(({ name, required, type }) => `${name} ${type}${required === 1 ? "" : "?"}`)
  })

const attempt = {
  call_id: "call_0199",
  attempt: 1,
  at: 1_800_000_000_000,
  provider: "deepseek",
  model: "deepseek-chat",
  api_key: "sk-…cdef",
  outcome: "answered",
  detail: null,
  prompt_tokens: 9_000_000_000,
  completion_tokens: 1,
  cached_tokens: 0,
  reasoning_tokens: 0,
  estimated: 1,
  cost: 2_500_000_000,
  elapsed_ms: 900,
  first_byte_ms: 100,
  role: "answer",
  request_id: "r".repeat(128),
  stream: 0,
  attempts: 1,
  call_at: 1_800_000_000_000,
  call_outcome: "answered",
  call_elapsed_ms: 901,
  call_first_byte_ms: 101
}
const withoutAttempt = {
  ...attempt,
  call_id: "call_0200",
  attempt: 0,
  attempts: 0,
  provider: null,
  model: null,
  api_key: null,
  cost: 0,
  first_byte_ms: null,
  call_first_byte_ms: null
}

const ofNoAccount = { account_id: null, user_id: null, key_id: null, route: null, charged: null }

describe("the migrations", () => {
  it.effect("make every table of a new database, once", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const ran = yield* run(migrations)
      assert.deepStrictEqual(
        ran.map(([id]) => id),
        Object.keys(migrations).map((_, at) => at + 1)
      )
      assert.deepStrictEqual(yield* run(migrations), [])
      const tables = yield* sql`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
      assert.includeMembers(
        tables.map(({ name }) => name),
        ["admin_keys", "bank_questions", "model_attempts", "provider_choices", "provider_entries"]
      )
    }).pipe(Effect.provide(emptyDatabase))
  )

  it.effect("keep what a database of the first version holds", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* run({ "0001_create_questions": migrations["0001_create_questions"] })
      yield* sql`INSERT INTO bank_meta ${sql.insert({ name: "starter", value: "done" })}`
      const ran = yield* run(migrations)
      assert.strictEqual(ran[0]?.[0], 2)
      assert.deepStrictEqual(yield* sql`SELECT * FROM bank_meta`, [{ name: "starter", value: "done" }])
    }).pipe(Effect.provide(emptyDatabase))
  )

  it.effect("give providers and the admin key their columns", () =>
    Effect.gen(function* () {
      yield* run(migrations)
      assert.deepStrictEqual(yield* columnsOf("provider_entries"), [
        "id VARCHAR(64)",
        "settings TEXT",
        "secrets TEXT?",
        "created_at BIGINT",
        "updated_at BIGINT"
      ])
      assert.deepStrictEqual(yield* columnsOf("provider_choices"), ["name VARCHAR(64)", "value VARCHAR(255)"])
      assert.deepStrictEqual(yield* columnsOf("admin_keys"), [
        "id VARCHAR(40)",
        "hash VARCHAR(64)",
        "created_at BIGINT"
      ])
    }).pipe(Effect.provide(emptyDatabase))
  )

  it.effect("store a call that asked nobody, and an attempt of large numbers", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* run(migrations)
      const rows = [attempt, withoutAttempt].map((row) => ({ ...row, ...ofNoAccount }))
      for (const row of rows) yield* sql`INSERT INTO model_attempts ${sql.insert(row)}`
      assert.deepStrictEqual(yield* sql`SELECT * FROM model_attempts ORDER BY call_id`, rows)
    }).pipe(Effect.provide(emptyDatabase))
  )

  it.effect("let no id and no attempt be stored twice, and no count be missing", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* run(migrations)
      const entry = { id: "own", settings: "{}", secrets: null, created_at: 1, updated_at: 1 }
      const admin = { id: "first", hash: "0".repeat(64), created_at: 1 }
      const choice = { name: "default", value: "own" }
      const rows = { model_attempts: attempt, provider_entries: entry, admin_keys: admin }
      for (const [table, row] of Object.entries({ ...rows, provider_choices: choice })) {
        const insert = sql`INSERT INTO ${sql(table)} ${sql.insert(row)}`
        yield* insert
        assert.isTrue((yield* Effect.exit(insert))._tag === "Failure", table)
      }
      yield* sql`INSERT INTO model_attempts ${sql.insert({ ...attempt, attempt: 2 })}`
      const countless = { ...attempt, attempt: 3, prompt_tokens: null }
      assert.isTrue((yield* Effect.exit(sql`INSERT INTO model_attempts ${sql.insert(countless)}`))._tag === "Failure")
    }).pipe(Effect.provide(emptyDatabase))
  )

  it.effect("let the calls of a time be found without reading all", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* run(migrations)
      const plan = yield* sql`EXPLAIN QUERY PLAN SELECT * FROM model_attempts WHERE at >= 5 ORDER BY at`
      assert.match(JSON.stringify(plan), /SEARCH model_attempts USING INDEX model_attempts_at/)
    }).pipe(Effect.provide(emptyDatabase))
  )
})

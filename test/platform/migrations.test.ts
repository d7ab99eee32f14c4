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

const ofNoAccount = {
  account_id: null,
  user_id: null,
  key_id: null,
  route: null,
  charged: null,
  cache_write_tokens: 0,
  cost_source: null
}

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
        "created_at BIGINT",
        "sealed VARCHAR(255)?"
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

  it.effect("take what cannot be out of the records of calls, and out of what accounts have", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const { "0015_exact_bills": exactBills } = migrations
      yield* run(Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "0015")))
      const account = { name: "", active: 1, prepaid: 1, held: 0, created_at: 0, updated_at: 0 }
      const order = { kind: "grant", note: "", created_at: 0, amount: 1000 }
      const balances: Readonly<Record<string, number>> = { raised: 5000, ruined: -9e15, sound: 700 }
      for (const [id, balance] of Object.entries(balances)) {
        yield* sql`INSERT INTO accounts ${sql.insert({ ...account, id, balance })}`
        yield* sql`INSERT INTO orders ${sql.insert({ ...order, id, account_id: id })}`
      }
      const row = { ...attempt, prompt_tokens: 20, cost: 300, charged: 300 }
      for (const [call_id, changes] of Object.entries({
        negative: { account_id: "raised", prompt_tokens: -4300, cost: -4300, charged: -4300 },
        huge: { account_id: "ruined", completion_tokens: 1e300, cost: 1e300, charged: 1e300 },
        large: { account_id: "ruined", cached_tokens: 9e15, cost: 9e15, charged: 9e15 },
        half: { account_id: "ruined", prompt_tokens: 1.5 },
        text: { account_id: "ruined", reasoning_tokens: "many", cost: null, charged: 0 },
        sound: { account_id: "sound" },
        house: { account_id: null, charged: null, prompt_tokens: -1 }
      })) {
        yield* sql`INSERT INTO model_attempts ${sql.insert({ ...row, call_id, ...changes })}`
      }
      yield* run({ "0015_exact_bills": exactBills })
      assert.deepStrictEqual(yield* sql`SELECT id, balance FROM accounts ORDER BY id`, [
        { id: "raised", balance: 1000 },
        { id: "ruined", balance: 1000 },
        { id: "sound", balance: 700 }
      ])
      const rows = yield* sql`
        SELECT call_id, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, estimated, cost, charged
        FROM model_attempts ORDER BY call_id`
      const repaired = { prompt_tokens: 20, completion_tokens: 1, cached_tokens: 0, reasoning_tokens: 0, estimated: 1 }
      assert.deepStrictEqual(rows, [
        { call_id: "half", ...repaired, prompt_tokens: 0, cost: null, charged: 0 },
        { call_id: "house", ...repaired, prompt_tokens: 0, cost: null, charged: null },
        { call_id: "huge", ...repaired, completion_tokens: 0, cost: null, charged: 0 },
        { call_id: "large", ...repaired, cost: null, charged: 0 },
        { call_id: "negative", ...repaired, prompt_tokens: 0, cost: null, charged: 0 },
        { call_id: "sound", ...repaired, cost: 300, charged: 300 },
        { call_id: "text", ...repaired, cost: null, charged: 0 }
      ])
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

import { assert, describe, it } from "@effect/vitest"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { Effect } from "effect"
import { manage, startSiku } from "../../support/siku.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"
import { accountOf } from "./support.ts"

const account = accountOf(1)
const path = `/api/v1/accounts/${account}`

const row = {
  at: 1,
  provider: "p",
  model: "m",
  outcome: "answered",
  prompt_tokens: 20,
  completion_tokens: 10,
  cached_tokens: 0,
  reasoning_tokens: 0,
  estimated: 0,
  cost: 60,
  elapsed_ms: 5,
  role: "chat",
  request_id: "r",
  stream: 0,
  attempts: 1,
  call_at: 1,
  call_outcome: "answered",
  call_elapsed_ms: 5,
  account_id: account,
  charged: 60
}

// As an older version, or a person, may have left them. SQLite takes whatever is put into a column of numbers.
const damages: ReadonlyArray<Readonly<Record<string, number | bigint | string | null>>> = [
  { prompt_tokens: -1_000_000 },
  { prompt_tokens: 1.5 },
  { completion_tokens: 1e300 },
  { completion_tokens: 9_007_199_254_740_993n },
  { cached_tokens: 9_223_372_036_854_775_807n },
  { reasoning_tokens: "many" },
  { reasoning_tokens: Number.POSITIVE_INFINITY },
  { cost: -5 },
  { cost: 1e300 },
  { cost: 9_223_372_036_854_775_807n },
  { charged: "all" },
  { charged: -(2n ** 62n) }
]

const setUp = Effect.gen(function* () {
  const home = yield* temporaryHome
  const file = join(home, "siku.db")
  const base = yield* startSiku({ home, set: [`database.url=sqlite:///${file}`] })
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(file)),
    (database) => Effect.sync(() => database.close())
  )
  database.prepare("INSERT INTO accounts VALUES (?, 'of a test', 1, 1, 1000, 0, 0, 0)").run(account)
  const add = (call: string, changes: (typeof damages)[number]) => {
    const whole = { ...row, call_id: call, attempt: 1, at: Date.now(), ...changes }
    const names = Object.keys(whole)
    database
      .prepare(`INSERT INTO model_attempts (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
      .run(...Object.values(whole))
  }
  return { add, base, database }
})

describe("reports over a database with numbers that cannot be", () => {
  it.live("count them as nothing, say so, and tell of all that can be", () =>
    Effect.gen(function* () {
      const { add, base } = yield* setUp
      add("call_0", {})
      for (const [at, damage] of damages.entries()) {
        add(`call_${at + 1}`, damage)
        for (const report of [
          "/api/v1/usage",
          `${path}/usage?group_by=model`,
          "/api/v1/calls",
          path,
          "/api/v1/accounts"
        ]) {
          const seen = yield* manage(base, "GET", report)
          assert.strictEqual(seen.status, 200, `${report} after ${String(Object.entries(damage))}: ${seen.text}`)
        }
        assert.strictEqual((yield* manage(base, "GET", "/metrics")).status, 200)
      }
      const usage = yield* manage(base, "GET", "/api/v1/usage?group_by=model")
      const sound = damages.length + 1
      assert.deepInclude(usage.json["total"], {
        calls: sound,
        attempts: sound,
        unsound: damages.length,
        prompt_tokens: 20 * (sound - 2),
        completion_tokens: 10 * (sound - 2),
        cost: 60 * (sound - 3),
        charged: 60 * (sound - 2)
      })
      const calls = yield* manage(base, "GET", "/api/v1/calls")
      const listed = calls.json["calls"]
      assert.isTrue(Array.isArray(listed))
      if (!Array.isArray(listed)) return
      assert.strictEqual(listed.filter(({ unsound }) => unsound === true).length, damages.length)
      assert.deepInclude(listed.at(-1), { id: "call_0", unsound: false, cost: 60, prompt_tokens: 20 })
    })
  )

  it.live("tell of an account whose balance is no number, which can have no credit until it is one", () =>
    Effect.gen(function* () {
      const { base, database } = yield* setUp
      for (const balance of [1e300, -1e300, 9_223_372_036_854_775_807n, "much"]) {
        database.prepare("UPDATE accounts SET balance = ?, held = ?").run(balance, balance)
        const seen = yield* manage(base, "GET", path)
        assert.strictEqual(seen.status, 200, seen.text)
        assert.deepInclude(seen.json, { balance: 0, held: 0 })
      }
    })
  )

  it.live("are kept from an account by orders, which cannot make it richer than can be counted", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp
      const order = () => manage(base, "POST", `${path}/orders`, { kind: "grant", amount: 1e15 })
      const statuses: Array<number> = []
      for (let times = 0; times < 10; times++) statuses.push((yield* order()).status)
      assert.deepStrictEqual(statuses, [...Array.from({ length: 8 }, () => 201), 409, 409])
      assert.strictEqual((yield* manage(base, "GET", path)).json["balance"], 8e15 + 1000)
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { Order } from "../../../src/accounts/credit/Order.ts"
import { manage, send, startSiku } from "../../support/siku.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"
import { accountOf } from "./support.ts"

const account = accountOf(1)
const orders = `/api/v1/accounts/${account}/orders`

/** The service with two accounts, and its database. */
const setUp = Effect.gen(function* () {
  const home = yield* temporaryHome
  const file = join(home, "siku.db")
  const base = yield* startSiku({ home, set: [`database.url=sqlite:///${file}`] })
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(file)),
    (database) => Effect.sync(() => database.close())
  )
  const insert = database.prepare("INSERT INTO accounts VALUES (?, 'of a test', 1, 1, 0, 0, 0, 0)")
  for (const id of [account, accountOf(2)]) insert.run(id)
  const balance = (id = account) => database.prepare("SELECT balance FROM accounts WHERE id = ?").get(id)?.["balance"]
  return { base, database, balance }
})

const decodeOrder = Schema.decodeUnknownSync(Order)
const Page = Schema.Struct({ orders: Schema.Array(Order), next: Schema.NullOr(Schema.String) })
const decodePage = Schema.decodeUnknownSync(Page)

describe("orders over HTTP", () => {
  it.live("change the balance by what they say, and are read again", () =>
    Effect.gen(function* () {
      const { balance, base } = yield* setUp
      const made = yield* manage(base, "POST", orders, { kind: "purchase", amount: 5_000_000, note: "invoice 7" })
      assert.strictEqual(made.status, 201, made.text)
      const order = decodeOrder(made.json)
      assert.deepInclude(order, { kind: "purchase", amount: 5_000_000, note: "invoice 7", reference: null })
      const refund = yield* manage(base, "POST", orders, { kind: "refund", amount: -1_000_000 })
      assert.strictEqual(refund.status, 201, refund.text)
      assert.strictEqual(balance(), 4_000_000)
      assert.deepStrictEqual((yield* manage(base, "GET", `${orders}/${order.id}`)).json, made.json)
      const other = yield* manage(base, "GET", `/api/v1/accounts/${accountOf(2)}/orders/${order.id}`)
      assert.strictEqual(other.status, 404)
      assert.strictEqual(balance(accountOf(2)), 0)
    })
  )

  it.live("are made once under a reference, however many send them together", () =>
    Effect.gen(function* () {
      const { balance, base } = yield* setUp
      const order = { kind: "grant", amount: 70, reference: "r-1" }
      const replies = yield* Effect.replicateEffect(manage(base, "POST", orders, order), 20, { concurrency: 20 })
      assert.deepStrictEqual([...new Set(replies.map(({ status }) => status))], [201])
      assert.strictEqual(new Set(replies.map(({ text }) => text)).size, 1)
      assert.strictEqual(balance(), 70)
      for (const changed of [{ amount: 71 }, { kind: "purchase" }]) {
        const seen = yield* manage(base, "POST", orders, { ...order, ...changed })
        assert.strictEqual(seen.status, 409, seen.text)
      }
      const elsewhere = yield* manage(base, "POST", `/api/v1/accounts/${accountOf(2)}/orders`, order)
      assert.strictEqual(elsewhere.status, 201)
      assert.deepStrictEqual([balance(), balance(accountOf(2))], [70, 70])
    })
  )

  it.live("are refused where the amount does not go with the kind, or more is taken back than is left", () =>
    Effect.gen(function* () {
      const { balance, base, database } = yield* setUp
      for (const body of [
        { kind: "purchase", amount: 0 },
        { kind: "purchase", amount: -1 },
        { kind: "grant", amount: -1 },
        { kind: "refund", amount: 1 },
        { kind: "grant", amount: 0.5 },
        { kind: "grant", amount: 1e16 },
        { kind: "gift", amount: 1 },
        { kind: "grant", amount: "1" },
        { kind: "grant", amount: 1, note: "n".repeat(501) },
        { kind: "grant", amount: 1, reference: "" }
      ]) {
        const seen = yield* manage(base, "POST", orders, body)
        assert.strictEqual(seen.status, 422, JSON.stringify(body))
      }
      yield* manage(base, "POST", orders, { kind: "grant", amount: 100 })
      database.exec("UPDATE accounts SET held = 40")
      const tooMuch = yield* manage(base, "POST", orders, { kind: "refund", amount: -61 })
      assert.strictEqual(tooMuch.status, 409)
      assert.include(tooMuch.text, "60 micro-USD")
      assert.strictEqual((yield* manage(base, "POST", orders, { kind: "refund", amount: -60 })).status, 201)
      assert.strictEqual(balance(), 40)
      const unknown = `/api/v1/accounts/${accountOf(9)}`
      assert.strictEqual((yield* manage(base, "POST", `${unknown}/orders`, { kind: "grant", amount: 1 })).status, 404)
      for (const path of ["orders", "usage"]) {
        assert.strictEqual((yield* manage(base, "GET", `${unknown}/${path}`)).status, 404)
      }
      for (const path of [orders, "/api/v1/usage"]) {
        assert.strictEqual((yield* send(`${base}${path}`, {})).status, 401)
      }
    })
  )

  it.live("come in pages, the newest first", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp
      const made: Array<string> = []
      for (let at = 1; at <= 7; at++) {
        made.push(decodeOrder((yield* manage(base, "POST", orders, { kind: "grant", amount: at })).json).id)
      }
      const seen: Array<string> = []
      let more = ""
      for (;;) {
        const page = decodePage((yield* manage(base, "GET", `${orders}?limit=3${more}`)).json)
        seen.push(...page.orders.map(({ id }) => id))
        if (page.next === null) break
        more = `&last_id=${page.next}`
      }
      assert.deepStrictEqual(seen, made.toReversed())
    })
  )
})

const day = 86_400_000
const today = Date.parse("2026-11-22")

interface Attempt {
  readonly call: string
  readonly attempt?: number
  readonly at: number
  readonly account?: string | null
  readonly key?: string | null
  readonly route?: string | null
  readonly model?: string
  readonly cost?: number | null
  readonly charged?: number | null
}

const insertAttempts = (database: DatabaseSync, attempts: ReadonlyArray<Attempt>) => {
  const insert = database.prepare(`
    INSERT INTO model_attempts (call_id, attempt, at, provider, model, outcome, prompt_tokens, completion_tokens,
      cached_tokens, reasoning_tokens, estimated, cost, elapsed_ms, role, request_id, stream, attempts, call_at,
      call_outcome, call_elapsed_ms, account_id, key_id, route, charged)
    VALUES (?, ?, ?, 'p', ?, 'answered', 10, 5, 2, 1, 0, ?, 1, 'answer', 'r', 0, 1, ?, 'answered', 1, ?, ?, ?, ?)`)
  database.exec("BEGIN")
  for (const { account: payer = account, at, attempt = 1, call, charged = null, cost = 7, ...more } of attempts) {
    const { key = null, model = "m", route = null } = more
    insert.run(call, attempt, at, model, cost, at, payer, key, route, charged)
  }
  database.exec("COMMIT")
}

describe("usage over HTTP", () => {
  const usage = `/api/v1/accounts/${account}/usage`
  const period = "from=2026-11-20&to=2026-11-23"
  const attempts: ReadonlyArray<Attempt> = [
    { call: "c1", at: today - day, key: "key_1", route: "POST /v1/chat/completions", charged: 7 },
    { call: "c2", at: today - 1, key: "key_2", cost: null },
    { call: "c2", attempt: 2, at: today, key: "key_2", model: "n", charged: 3, cost: 3 },
    { call: "c3", attempt: 0, at: today + 5, cost: 0 },
    { call: "c4", at: today + day },
    { call: "c5", at: today - 3 * day },
    { call: "c6", at: today, account: accountOf(2), cost: 100 },
    { call: "c7", at: today, account: null, cost: 1000 }
  ]

  it.live("sums up what an account used, by day, model, key and route", () =>
    Effect.gen(function* () {
      const { base, database } = yield* setUp
      insertAttempts(database, attempts)
      const shown = Effect.fnUntraced(function* (by: string) {
        const { json } = yield* manage(base, "GET", `${usage}?${period}&group_by=${by}`)
        const groups = Array.isArray(json["groups"]) ? json["groups"] : []
        return groups.map(({ attempts, calls, charged, cost, group, unpriced }) => [
          group,
          calls,
          attempts,
          cost,
          charged,
          unpriced
        ])
      })
      assert.deepStrictEqual(yield* shown("day"), [
        ["2026-11-21", 2, 2, 7, 7, 1],
        ["2026-11-22", 1, 1, 3, 3, 0]
      ])
      assert.deepStrictEqual(yield* shown("model"), [
        ["p/m", 3, 2, 7, 7, 1],
        ["p/n", 0, 1, 3, 3, 0]
      ])
      assert.deepStrictEqual(yield* shown("key"), [
        [null, 1, 0, 0, 0, 0],
        ["key_1", 1, 1, 7, 7, 0],
        ["key_2", 1, 2, 3, 3, 1]
      ])
      assert.deepStrictEqual(yield* shown("route"), [
        [null, 2, 2, 3, 3, 1],
        ["POST /v1/chat/completions", 1, 1, 7, 7, 0]
      ])
      const { json } = yield* manage(base, "GET", `${usage}?${period}`)
      assert.deepInclude(json, { from: today - 2 * day, to: today + day, group_by: "day" })
      assert.deepInclude(json["total"], {
        calls: 3,
        attempts: 3,
        cost: 10,
        charged: 10,
        unpriced: 1,
        prompt_tokens: 40
      })
      const all = yield* manage(base, "GET", `/api/v1/usage?${period}`)
      assert.deepInclude(all.json["total"], { calls: 5, attempts: 5, cost: 1110 })
    })
  )

  it.live("sums up more than one portion of rows, those of one millisecond among them", () =>
    Effect.gen(function* () {
      const { base, database } = yield* setUp
      const many = (count: number, at: (n: number) => number, name: string) =>
        Array.from({ length: count }, (_, n): Attempt => ({ call: `${name}${n}`, at: at(n), cost: 1 }))
      insertAttempts(database, [
        ...many(5000, () => today, "same"),
        ...many(4500, (n) => today + 1 + Math.floor(n / 7), "more")
      ])
      for (const path of [usage, "/api/v1/usage"]) {
        const { json } = yield* manage(base, "GET", `${path}?${period}&group_by=model`)
        assert.deepInclude(json["total"], { calls: 9500, cost: 9500 })
      }
    })
  )

  it.live("says which day is none", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp
      for (const query of ["from=2026-13-40", "to=2026-02-99", "from=yesterday", "group_by=user"]) {
        assert.strictEqual((yield* manage(base, "GET", `${usage}?${query}`)).status, 422, query)
      }
      assert.strictEqual((yield* manage(base, "GET", usage)).status, 200)
    })
  )
})

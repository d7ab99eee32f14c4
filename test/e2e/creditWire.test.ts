import { assert, describe, it } from "@effect/vitest"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import Anthropic, { APIError } from "@anthropic-ai/sdk"
import OpenAI, { RateLimitError } from "openai"
import { Context, Effect, Layer } from "effect"
import { HttpServer } from "effect/http"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { app } from "../../src/App.ts"
import { CurrentUser } from "../../src/platform/Caller.ts"
import { accountOf, callerOf } from "../accounts/credit/support.ts"
import { testConfig } from "../support/config.ts"
import { query, send } from "../support/siku.ts"
import { temporaryHome } from "../support/sikuProcess.ts"

const account = accountOf(1)

/** The service to which everyone is a caller of one account, which has so much credit. */
const setUp = Effect.fnUntraced(function* (balance: number, prices: string) {
  const home = yield* temporaryHome
  const file = join(home, "siku.db")
  const model = yield* upstream({ answer: () => '{"answer":["甲"]}' })
  const context = yield* Layer.build(
    app.pipe(
      Layer.provide(
        testConfig({
          home,
          environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" },
          set: [
            "server.port=0",
            "server.drain=1",
            "security.admin_key=admin-key-of-the-tests",
            `database.url=sqlite:///${file}`,
            `ai.providers.custom.prices=${prices}`
          ]
        })
      ),
      Layer.provide(Layer.succeed(CurrentUser, callerOf(account))),
      Layer.orDie
    )
  )
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(file)),
    (database) => Effect.sync(() => database.close())
  )
  database.prepare("INSERT INTO accounts VALUES (?, 'of a test', 1, 1, ?, 0, 0, 0)").run(account, balance)
  const { address } = Context.get(context, HttpServer.HttpServer)
  return { base: HttpServer.formatAddress(address).replace(/\/$/, ""), database, model }
})

const post = (base: string, path: string, body: unknown) =>
  send(`${base}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body)
  })

const chat = { model: "custom/m", messages: [{ role: "user" as const, content: "Why?" }] }
const prices = '{"*":{"input":3,"output":7}}'

/** What a client throws, and how often the service was asked by it. */
const thrownBy = (ask: () => PromiseLike<unknown>) =>
  Effect.promise(async () => {
    try {
      await ask()
    } catch (error) {
      if (error instanceof Error) return error
    }
    return assert.fail("it was answered")
  })

describe("an account without credit", () => {
  it.live("is told so in the form that each client knows, and nothing is sent", () =>
    Effect.gen(function* () {
      const { base, database, model } = yield* setUp(100, prices)
      const predicted = yield* post(base, "/api/v1/predict", { text: "Why?" })
      assert.strictEqual(predicted.status, 402, predicted.text)
      assert.strictEqual(predicted.headers.get("content-type"), "application/problem+json")
      assert.deepInclude(predicted.json, { title: "Payment Required", status: 402 })
      assert.include(String(predicted.json["detail"]), "USD 0.000100 left")
      const asked = yield* query(base, { title: "从未见过的问题", options: "甲\n乙", type: "single" })
      assert.deepInclude(asked.json, { code: 0, msg: "账户余额不足，请充值后再试" })
      for (const stream of [false, true]) {
        const refused = yield* post(base, "/v1/chat/completions", { ...chat, stream })
        assert.strictEqual(refused.status, 429, refused.text)
        assert.strictEqual(refused.headers.get("x-should-retry"), "false")
        assert.deepInclude(refused.json["error"], { type: "insufficient_quota", code: "insufficient_quota" })
      }
      const vectors = yield* post(base, "/v1/embeddings", { model: "custom/m", input: "这是".repeat(5000) })
      assert.strictEqual(vectors.status, 429, vectors.text)
      const thought = yield* post(base, "/v1/chat/completions", { ...chat, model: "siku" })
      assert.strictEqual(thought.status, 429, thought.text)
      const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: "none" })
      const fromOpenAi = yield* thrownBy(() => openai.chat.completions.create(chat))
      assert.instanceOf(fromOpenAi, RateLimitError)
      const anthropic = new Anthropic({ baseURL: base, apiKey: "none" })
      const fromAnthropic = yield* thrownBy(() => anthropic.messages.create({ ...chat, max_tokens: 1000 }))
      assert.instanceOf(fromAnthropic, APIError)
      assert.deepInclude(fromAnthropic, { status: 402, type: "billing_error" })
      assert.strictEqual(model.stats().calls, 0)
      const left = database.prepare("SELECT balance, held FROM accounts").get()
      assert.deepInclude(left, { balance: 100, held: 0 })
    })
  )

  it.live("is told which model has no price", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp(1_000_000, '{"other":{"input":3,"output":7}}')
      assert.strictEqual((yield* post(base, "/api/v1/predict", { text: "Why?" })).status, 402)
      const refused = yield* post(base, "/v1/chat/completions", chat)
      assert.strictEqual(refused.status, 400, refused.text)
      assert.deepInclude(refused.json["error"], { code: "model_not_priced", param: "model" })
      const asked = yield* query(base, { title: "从未见过的问题" })
      assert.include(String(asked.json["msg"]), "没有标价")
      assert.strictEqual(model.stats().calls, 0)
    })
  )
})

describe("an account with credit", () => {
  it.live("is charged for every way to ask, and the demo model costs it nothing", () =>
    Effect.gen(function* () {
      const { base, database, model } = yield* setUp(10_000_000, prices)
      const spent = () => 10_000_000 - Number(database.prepare("SELECT balance FROM accounts").get()?.["balance"])
      let before = 0
      for (const [path, body] of [
        ["/api/v1/predict", { text: "Why?" }],
        ["/v1/chat/completions", chat],
        ["/v1/chat/completions", { ...chat, stream: true }],
        ["/v1/chat/completions", { ...chat, model: "siku" }],
        ["/v1/responses", { model: "custom/m", input: "Why?" }],
        ["/v1/messages", { ...chat, max_tokens: 1000 }],
        ["/api/v1/query", { title: "从未见过的问题", options: "甲\n乙", type: "single" }]
      ] as const) {
        const seen = yield* post(base, path, body)
        assert.strictEqual(seen.status, 200, `${path} ${seen.text}`)
        assert.isAbove(spent(), before, path)
        before = spent()
      }
      const calls = model.stats().calls
      const demo = yield* post(base, "/v1/chat/completions", { ...chat, model: "demo/demo" })
      assert.isAtMost(demo.status, 404)
      assert.deepStrictEqual([spent(), model.stats().calls], [before, calls])
      assert.deepStrictEqual(
        database
          .prepare("SELECT DISTINCT account_id FROM model_attempts")
          .all()
          .map(({ account_id }) => account_id),
        [account]
      )
      const { charged, held } = {
        charged: database.prepare("SELECT SUM(charged) AS sum FROM model_attempts").get()?.["sum"],
        held: database.prepare("SELECT SUM(held) AS sum FROM accounts").get()?.["sum"]
      }
      assert.deepStrictEqual([charged, held], [before, 0])
    })
  )
})

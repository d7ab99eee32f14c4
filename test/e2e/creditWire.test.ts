import { assert, describe, it } from "@effect/vitest"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import Anthropic, { APIError } from "@anthropic-ai/sdk"
import OpenAI, { RateLimitError } from "openai"
import { Effect } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { manage, send, startSiku } from "../support/siku.ts"
import { temporaryHome } from "../support/sikuProcess.ts"

/** The service with an account that has so much credit, and a key of it. */
const setUp = Effect.fnUntraced(function* (balance: number, prices: string) {
  const home = yield* temporaryHome
  const file = join(home, "siku.db")
  const model = yield* upstream({ answer: () => '{"answer":["甲"]}' })
  const base = yield* startSiku({
    home,
    environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" },
    set: [`database.url=sqlite:///${file}`, `ai.providers.custom.prices=${prices}`]
  })
  const account = String((yield* manage(base, "POST", "/api/v1/accounts", { name: "3A", prepaid: true })).json["id"])
  const path = `/api/v1/accounts/${account}`
  yield* manage(base, "POST", `${path}/orders`, { kind: "grant", amount: balance })
  const key = (yield* manage(base, "POST", `${path}/keys`, { name: "laptop", scopes: ["ask", "chat"] })).json["key"]
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(file)),
    (database) => Effect.sync(() => database.close())
  )
  return { account, base, database, key: String(key), model }
})

type Service = { readonly base: string; readonly key: string }

const post = ({ base, key }: Service, path: string, body: unknown) =>
  send(`${base}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body)
  })

const query = (service: Service, body: unknown) => post(service, "/api/v1/query", body)

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
      const service = yield* setUp(100, prices)
      const { base, database, key, model } = service
      const predicted = yield* post(service, "/api/v1/predict", { text: "Why?" })
      assert.strictEqual(predicted.status, 402, predicted.text)
      assert.strictEqual(predicted.headers.get("content-type"), "application/problem+json")
      assert.deepInclude(predicted.json, { title: "Payment Required", status: 402 })
      assert.include(String(predicted.json["detail"]), "USD 0.000100 left")
      const asked = yield* query(service, { title: "从未见过的问题", options: "甲\n乙", type: "single" })
      assert.deepInclude(asked.json, { code: 0, msg: "账户余额不足，请充值后再试" })
      for (const stream of [false, true]) {
        const refused = yield* post(service, "/v1/chat/completions", { ...chat, stream })
        assert.strictEqual(refused.status, 429, refused.text)
        assert.strictEqual(refused.headers.get("x-should-retry"), "false")
        assert.deepInclude(refused.json["error"], { type: "insufficient_quota", code: "insufficient_quota" })
      }
      const vectors = yield* post(service, "/v1/embeddings", { model: "custom/m", input: "这是".repeat(5000) })
      assert.strictEqual(vectors.status, 429, vectors.text)
      const thought = yield* post(service, "/v1/chat/completions", { ...chat, model: "siku" })
      assert.strictEqual(thought.status, 429, thought.text)
      const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: key })
      const fromOpenAi = yield* thrownBy(() => openai.chat.completions.create(chat))
      assert.instanceOf(fromOpenAi, RateLimitError)
      const anthropic = new Anthropic({ baseURL: base, apiKey: key })
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
      const service = yield* setUp(1_000_000, '{"other":{"input":3,"output":7}}')
      const { model } = service
      assert.strictEqual((yield* post(service, "/api/v1/predict", { text: "Why?" })).status, 402)
      const refused = yield* post(service, "/v1/chat/completions", chat)
      assert.strictEqual(refused.status, 400, refused.text)
      assert.deepInclude(refused.json["error"], { code: "model_not_priced", param: "model" })
      const asked = yield* query(service, { title: "从未见过的问题" })
      assert.include(String(asked.json["msg"]), "没有标价")
      assert.strictEqual(model.stats().calls, 0)
    })
  )
})

describe("an account with credit", () => {
  it.live("is charged for every way to ask, and the demo model costs it nothing", () =>
    Effect.gen(function* () {
      const service = yield* setUp(10_000_000, prices)
      const { account, database, model } = service
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
        const seen = yield* post(service, path, body)
        assert.strictEqual(seen.status, 200, `${path} ${seen.text}`)
        assert.isAbove(spent(), before, path)
        before = spent()
      }
      const calls = model.stats().calls
      const demo = yield* post(service, "/v1/chat/completions", { ...chat, model: "demo/demo" })
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

import { assert, describe, it } from "@effect/vitest"
import { Effect, Predicate, Stream } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { CircuitBreaker } from "effect/persistence"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import type { Hold } from "../../../src/accounts/credit/holdWriter.ts"
import { CurrentUser } from "../../../src/platform/Caller.ts"
import { presets } from "../../../src/platform/config/Presets.ts"
import { promptAtMost } from "../../../src/providers/accounting/tokensAtMost.ts"
import type { ChatRequest } from "../../../src/providers/ChatModel.ts"
import { embeddingModel } from "../../../src/providers/embeddings/embeddingModel.ts"
import { makeKeyRing } from "../../../src/providers/policy/KeyRing.ts"
import { makeKeyStates } from "../../../src/providers/policy/KeyState.ts"
import { makeProviderModel } from "../../../src/providers/ProviderModel.ts"
import { accountOf, callerOf } from "../../accounts/credit/support.ts"
import { exchangeOver } from "../../support/exchangeOver.ts"
import { noBreaker, providerSettings } from "../../support/providers.ts"
import { noLimitOfCredit, rememberingLedger, withLedger } from "../policy/chains.ts"

const account = accountOf(1)
const asked: ChatRequest = { messages: [{ role: "user", content: "请问 1+1 等于几？" }] }
const price = { input: 1, output: 1000 }

/** A model of a preset whose platform only remembers what it is sent, and what is held for its calls. */
const remembering = Effect.fnUntraced(function* (key: string, model: string, isPrepaid = true) {
  const sent: Array<Readonly<Record<string, unknown>>> = []
  const holds: Array<Hold> = []
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      const body: unknown =
        request.body._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(request.body.body)) : undefined
      sent.push(Predicate.isObject(body) ? body : {})
      return HttpClientResponse.fromWeb(request, new Response("busy", { status: 400 }))
    })
  )
  const preset = presets.get(key)
  const store = yield* CircuitBreaker.CircuitBreakerStore
  const state = yield* makeKeyStates().get(key, "sk-a-key-of-a-test", 10)
  const parts = {
    settings: {
      ...providerSettings("http://platform.test/v1", { prices: { "*": price } }),
      ...(preset === undefined ? {} : { preset })
    },
    model,
    keys: makeKeyRing({ states: [state], store, breaker: noBreaker, queue: 0 }),
    exchange: Effect.succeed(exchangeOver(client))
  }
  const { ledger } = rememberingLedger()
  const credit = Credit.of({
    ...noLimitOfCredit,
    isPrepaid: () => Effect.succeed(isPrepaid),
    hold: (hold) => Effect.sync(() => holds.push(hold))
  })
  return {
    parts,
    sent,
    holds,
    paidFor: (chat: ReturnType<typeof makeProviderModel>) => withLedger(chat, ledger, credit)
  }
}, Effect.provide(CircuitBreaker.layerStoreMemory()))

const by = Effect.provideService(CurrentUser, callerOf(account))
const amountFor = (completion: number, request: ChatRequest) =>
  Math.ceil(promptAtMost(request) * price.input + completion * price.output)

const cases = [
  ["custom", "m", ["max_tokens"], 4096],
  ["custom", "gpt-5-mini", ["max_completion_tokens"], 4096],
  ["openai", "o4-mini", ["max_completion_tokens"], 4096],
  ["openai", "gpt-4o", ["max_tokens"], 4096],
  ["deepseek", "deepseek-flash", ["max_tokens"], 4096],
  ["google", "gemini-flash-latest", ["generationConfig", "maxOutputTokens"], 4096],
  ["anthropic", "claude-sonnet-5", ["max_tokens"], 4096],
  // What it thinks comes on top of the limit.
  ["ali_bailian", "qwen-plus", ["max_tokens"], 4096 + 32_768],
  ["siliconflow", "deepseek-ai/DeepSeek-V4-Flash", ["max_tokens"], 4096 + 32_768],
  ["volcengine", "doubao", ["max_tokens"], 4096 + 32_768]
] as const

const at = (body: unknown, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((value, key) => (Predicate.isObject(value) ? value[key] : undefined), body)

describe("what is held for a call of an account with limited credit", () => {
  for (const [key, model, path, held] of cases) {
    it.effect(`is a limit that ${key}/${model} is told as ${path.join(".")}`, () =>
      Effect.gen(function* () {
        const { holds, paidFor, parts, sent } = yield* remembering(key, model)
        const chat = paidFor(makeProviderModel(parts))
        yield* Effect.exit(by(chat.complete(asked)))
        yield* Effect.exit(by(Stream.runDrain(chat.stream({ ...asked, maxTokens: 70 }))))
        assert.deepStrictEqual(
          sent.map((body) => at(body, path)),
          [4096, 70]
        )
        assert.deepStrictEqual(
          holds.map(({ amount }) => amount),
          [amountFor(held, { ...asked, maxTokens: 4096 }), amountFor(held - 4096 + 70, { ...asked, maxTokens: 70 })]
        )
      })
    )
  }

  it.effect("is nothing where the account has no limit, and the platform is told none", () =>
    Effect.gen(function* () {
      const { holds, paidFor, parts, sent } = yield* remembering("custom", "m", false)
      yield* Effect.exit(by(paidFor(makeProviderModel(parts)).complete(asked)))
      assert.deepStrictEqual(holds, [])
      assert.deepStrictEqual(sent, [{ model: "m", messages: asked.messages }])
    })
  )

  it.effect("is the text alone for vectors, which have no reply to limit", () =>
    Effect.gen(function* () {
      const { holds, paidFor, parts, sent } = yield* remembering("custom", "m")
      const model = paidFor(embeddingModel(parts, { input: ["这是", "a b"] }))
      yield* Effect.exit(by(model.complete({ messages: [] })))
      assert.deepStrictEqual(sent, [{ model: "m", input: ["这是", "a b"] }])
      assert.deepStrictEqual(
        holds.map(({ amount }) => amount),
        [6 + 3]
      )
    })
  )

  it.effect("covers everything that a request carries: tools, schemas, images, calls and their results", () =>
    Effect.sync(() => {
      const more: ReadonlyArray<Partial<ChatRequest>> = [
        { tools: [{ name: "look", description: "x".repeat(500), parameters: {} }] },
        { responseFormat: { type: "json_schema", name: "a", schema: { description: "x".repeat(500) } } },
        { messages: [...asked.messages, { role: "tool", toolCallId: "1", content: "x".repeat(500) }] },
        {
          messages: [
            ...asked.messages,
            { role: "assistant", content: "", toolCalls: [{ id: "1", name: "f", arguments: "x".repeat(500) }] }
          ]
        }
      ]
      for (const one of more) assert.isAtLeast(promptAtMost({ ...asked, ...one }), promptAtMost(asked) + 500)
      const withImage = (base64: string): ChatRequest => ({
        messages: [{ role: "user", content: [{ type: "image", mediaType: "image/png", base64 }] }]
      })
      // An image is counted by what it shows, not by its bytes.
      assert.strictEqual(promptAtMost(withImage("A".repeat(1_000_000))), promptAtMost(withImage("A")))
      assert.isAtLeast(promptAtMost(withImage("A")), 4784)
    })
  )
})

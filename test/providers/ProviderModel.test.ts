import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Result } from "effect"
import type { Fault } from "../../scripts/upstream/Faults.ts"
import * as status from "../../scripts/upstream/StatusFaults.ts"
import type { Upstream } from "../../scripts/upstream/Upstream.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { directOutbound, modelAt, type TestProvider } from "../support/providers.ts"

const key = "sk-canary-7f3a"
const model = (server: Upstream, options: TestProvider = {}) =>
  modelAt(server, { keys: [key], maxTokens: 100, ...options })
const request = { messages: [{ role: "user" as const, content: "1+1?" }] }

const outcome = (fault: Fault) =>
  Effect.gen(function* () {
    const server = yield* upstream({ fallback: fault })
    const chat = yield* model(server, { timeoutMillis: 300 })
    const result = yield* Effect.result(chat.complete(request))
    yield* Effect.promise(() => server.when(({ active }) => active === 0))
    return Result.isSuccess(result) ? `answered: ${result.success.text}` : result.failure.reason._tag
  }).pipe(Effect.scoped, Effect.provide(directOutbound))

describe("a model behind the OpenAI-compatible wire", () => {
  it.live("sends what is set and nothing else, and reads text and usage", () =>
    Effect.gen(function* () {
      const server = yield* upstream({ answer: () => ({ content: "2", cachedTokens: 3, reasoningTokens: 5 }) })
      const reply = yield* Effect.flatMap(model(server), (chat) => chat.complete(request))
      assert.strictEqual(reply.text, "2")
      assert.strictEqual(reply.usage.cachedTokens, 3)
      assert.strictEqual(reply.usage.reasoningTokens, 5)
      assert.isFalse(reply.usage.estimated)
      const [sent] = server.requests
      assert.deepStrictEqual(sent?.body, { model: "m", messages: request.messages, max_tokens: 100 })
      assert.strictEqual(sent?.headers["authorization"], `Bearer ${key}`)
    }).pipe(Effect.provide(directOutbound))
  )

  const faults: ReadonlyArray<readonly [string, Fault, string]> = [
    ["429", status.rateLimited(), "RateLimited"],
    ["429 that means no quota", status.quotaExhausted, "NoBalance"],
    ["500", status.serverError(500), "Unavailable"],
    ["503", status.serverError(503), "Overloaded"],
    ["401", status.authFailed, "AuthFailed"],
    ["402", status.noBalance, "NoBalance"],
    ["an unknown model", status.modelNotFound, "ModelNotFound"],
    ["a context too long", status.contextTooLong, "ContextTooLong"],
    ["filtered content", status.contentFiltered, "ContentFiltered"],
    ["a stall before the headers", { kind: "stallBeforeHeaders" }, "Timeout"],
    ["a stall after the headers", { kind: "stallAfterHeaders" }, "Timeout"],
    ["a stall in the body", { kind: "stallMidBody" }, "Timeout"],
    ["a cut body", { kind: "cutBody" }, "Network"],
    ["a reset connection", { kind: "resetOnConnect" }, "Network"],
    ["an error under 200", { kind: "errorIn200" }, "Malformed"],
    ["an empty completion", { kind: "emptyCompletion" }, "Malformed"],
    ["no choices", { kind: "noChoices" }, "Malformed"],
    ["broken JSON", { kind: "badJson" }, "Malformed"],
    ["a web page", { kind: "html" }, "Malformed"],
    ["reasoning without an answer", { kind: "reasoningOnly" }, "Malformed"]
  ]
  for (const [name, fault, reason] of faults) {
    it.live(`calls ${name} ${reason} and leaves nothing open`, () =>
      Effect.map(outcome(fault), (found) => assert.strictEqual(found, reason))
    )
  }

  it.live("takes the answer out of thoughts and fences", () =>
    Effect.gen(function* () {
      assert.match(yield* outcome({ kind: "thinkTags" }), /^answered: (?!.*think)/)
      assert.match(yield* outcome({ kind: "codeFence" }), /^answered: ```/)
    })
  )

  it.live("tries again after a retryable failure and honours the pause asked for", () =>
    Effect.gen(function* () {
      const server = yield* upstream({
        script: [status.rateLimited({ retryAfterMs: 300 }), status.serverError(502), "ok"]
      })
      const chat = yield* model(server, { maxRetries: 2 })
      yield* chat.complete(request)
      assert.strictEqual(server.calls, 3)
      const [first, second] = server.requests
      assert.isAtLeast((second?.at ?? 0) - (first?.at ?? 0), 299)
    }).pipe(Effect.provide(directOutbound))
  )

  it.live("asks once where the failure is final", () =>
    Effect.gen(function* () {
      const server = yield* upstream({ fallback: status.authFailed })
      const chat = yield* model(server, { maxRetries: 3 })
      yield* Effect.result(chat.complete(request))
      assert.strictEqual(server.calls, 1)
    }).pipe(Effect.provide(directOutbound))
  )

  it.live("closes the connection when the caller leaves", () =>
    Effect.gen(function* () {
      const server = yield* upstream({ fallback: { kind: "stallAfterHeaders" } })
      const chat = yield* model(server, { timeoutMillis: 60_000 })
      const calling = yield* Effect.forkChild(chat.complete(request))
      yield* Effect.promise(() => server.when(({ calls }) => calls === 1))
      yield* Fiber.interrupt(calling)
      yield* Effect.promise(() => server.when(({ aborted }) => aborted === 1))
      assert.strictEqual(server.active, 0)
    }).pipe(Effect.provide(directOutbound))
  )

  it.live("lets no key into an error, even when the platform echoes it", () =>
    Effect.gen(function* () {
      const server = yield* upstream({
        fallback: { kind: "status", status: 401, body: { error: { message: `Incorrect API key provided: ${key}` } } }
      })
      const chat = yield* model(server)
      const result = yield* Effect.result(chat.complete(request))
      assert.isTrue(Result.isFailure(result))
      if (Result.isFailure(result)) {
        assert.include(result.failure.message, "Incorrect API key provided: ***")
        assert.notInclude(JSON.stringify(result.failure) + String(result.failure), key)
      }
    }).pipe(Effect.provide(directOutbound))
  )
})

import { APIError } from "@anthropic-ai/sdk"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Fault } from "../../../scripts/upstream/Faults.ts"
import * as status from "../../../scripts/upstream/StatusFaults.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { startSiku } from "../../support/siku.ts"
import { eventsIn, post, sdk, sdkError } from "./clients.ts"
import { OfficialError } from "./official.ts"

const question = {
  model: "custom/m",
  max_tokens: 1000,
  messages: [{ role: "user" as const, content: "Why is the sky blue?" }]
}

const setUp = Effect.fnUntraced(function* (fallback: Fault) {
  const model = yield* upstream({ fallback, answer: () => "The shorter waves are scattered more." })
  const base = yield* startSiku({
    environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" },
    set: ["ai.max_retries=0", "ai.timeout=1", "ai.providers.custom.stall_timeout=1"]
  })
  return { base, model }
})

const decodeError = Schema.decodeUnknownSync(OfficialError)

interface Case {
  readonly name: string
  readonly fault: Fault
  /** What the client gets instead of a whole reply. */
  readonly status: number
  readonly type: string
  /** Whether a stream may be under way by then. */
  readonly isMidStream?: boolean
  /** Whether a client may send it again by itself. */
  readonly isRetried?: boolean
}

const cases: ReadonlyArray<Case> = [
  {
    name: "rate limit",
    fault: status.rateLimited({ retryAfterSeconds: 7 }),
    status: 429,
    type: "rate_limit_error",
    isRetried: true
  },
  { name: "quota", fault: status.quotaExhausted, status: 502, type: "api_error" },
  { name: "500", fault: status.serverError(500), status: 503, type: "api_error", isRetried: true },
  { name: "503", fault: status.serverError(503), status: 529, type: "overloaded_error", isRetried: true },
  { name: "wrong key", fault: status.authFailed, status: 502, type: "api_error" },
  { name: "forbidden", fault: status.forbidden, status: 502, type: "api_error" },
  { name: "no balance", fault: status.noBalance, status: 502, type: "api_error" },
  { name: "no such model", fault: status.modelNotFound, status: 404, type: "not_found_error", isRetried: true },
  { name: "too long", fault: status.contextTooLong, status: 400, type: "invalid_request_error", isRetried: true },
  { name: "filtered", fault: status.contentFiltered, status: 400, type: "invalid_request_error", isRetried: true },
  { name: "stall before headers", fault: { kind: "stallBeforeHeaders" }, status: 504, type: "timeout_error" },
  { name: "stall after headers", fault: { kind: "stallAfterHeaders" }, status: 504, type: "timeout_error" },
  { name: "stall in the body", fault: { kind: "stallMidBody" }, status: 504, type: "timeout_error", isMidStream: true },
  { name: "cut body", fault: { kind: "cutBody" }, status: 502, type: "api_error", isMidStream: true },
  { name: "cut stream", fault: { kind: "cutStream" }, status: 502, type: "api_error", isMidStream: true },
  { name: "early end", fault: { kind: "endStreamEarly" }, status: 502, type: "api_error", isMidStream: true },
  { name: "error under 200", fault: { kind: "errorIn200" }, status: 502, type: "api_error" },
  { name: "error in the stream", fault: { kind: "errorMidStream" }, status: 502, type: "api_error", isMidStream: true },
  { name: "empty reply", fault: { kind: "emptyCompletion" }, status: 502, type: "api_error" },
  { name: "no choices", fault: { kind: "noChoices" }, status: 502, type: "api_error" },
  { name: "broken JSON", fault: { kind: "badJson" }, status: 502, type: "api_error" },
  { name: "web page", fault: { kind: "html" }, status: 502, type: "api_error" },
  { name: "reset", fault: { kind: "resetOnConnect" }, status: 502, type: "api_error" }
]

// Some of them do nothing but wait.
describe.concurrent("a platform that fails", () => {
  for (const { fault, isMidStream = false, isRetried = false, name, status, type } of cases) {
    it.live(`is told of to Anthropic's client, which throws: ${name}`, () =>
      Effect.gen(function* () {
        const { base } = yield* setUp(fault)
        const client = sdk(base)
        const whole = yield* sdkError(() => client.messages.create(question))
        assert.instanceOf(whole, APIError)
        assert.deepStrictEqual([whole.status, whole.type], [status, type], whole.message)
        decodeError(whole.error)
        assert.strictEqual(whole.headers?.get("x-should-retry") ?? undefined, isRetried ? undefined : "false")

        const streamed = yield* sdkError(() => client.messages.stream(question).finalMessage())
        assert.instanceOf(streamed, APIError)
        assert.strictEqual(streamed.type, type, streamed.message)
        // What came together with the failure may not have been passed on yet.
        assert.include(isMidStream ? [undefined, status] : [status], streamed.status)
        decodeError(streamed.error)
      })
    )
  }

  it.live("ends a stream that has begun with an error, and with nothing that would say it is whole", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp({ kind: "cutStream" })
      const seen = yield* post(base, "/v1/messages", { ...question, stream: true })
      const types = eventsIn(seen.text).map(({ type }) => type)
      assert.include(types, "content_block_delta")
      assert.strictEqual(types.at(-1), "error")
      assert.notInclude(types, "message_delta")
      assert.notInclude(types, "message_stop")
    })
  )

  it.live("tells the client how long to wait", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp(status.rateLimited({ retryAfterSeconds: 7 }))
      const seen = yield* post(base, "/v1/messages", question)
      assert.deepStrictEqual([seen.status, seen.headers.get("retry-after")], [429, "7"])
    })
  )

  it.live("does not make the client pay twice: what may have cost something is not sent again", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp({ kind: "cutBody" })
      yield* sdkError(() => sdk(base, 2).messages.create(question))
      assert.strictEqual(model.calls, 1)
    })
  )

  it.live("fails a run with its reason", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp(status.authFailed)
      for (const stream of [false, true]) {
        const error = yield* sdkError(() => {
          const body = { ...question, model: "siku-lite" }
          const { messages } = sdk(base)
          return stream ? messages.stream(body).finalMessage() : messages.create(body)
        })
        assert.instanceOf(error, APIError)
        assert.strictEqual(error.type, "api_error", error.message)
        assert.include(error.message, "AuthFailed")
        // A run tells what it does before it fails.
        if (!stream) assert.strictEqual(error.status, 502)
      }
    })
  )
})

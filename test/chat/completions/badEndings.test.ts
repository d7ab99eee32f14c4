import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { APIError } from "openai"
import type { Fault } from "../../../scripts/upstream/Faults.ts"
import * as status from "../../../scripts/upstream/StatusFaults.ts"
import { send } from "../../support/siku.ts"
import { asError, asFrames } from "../support/officialForm.ts"
import { rejectionOf, sikuOverUpstream } from "../support/overSockets.ts"

/** Every way in which an upstream can end badly. */
const faults: ReadonlyArray<readonly [name: string, fault: Fault]> = [
  ["a rate limit", status.rateLimited({ retryAfterSeconds: 1 })],
  ["a server error", status.serverError(500)],
  ["a gateway error", status.serverError(502)],
  ["an overload", status.serverError(529)],
  ["a wrong key", status.authFailed],
  ["no balance", status.noBalance],
  ["no quota", status.quotaExhausted],
  ["a forbidden request", status.forbidden],
  ["an unknown model", status.modelNotFound],
  ["a context too long", status.contextTooLong],
  ["filtered content", status.contentFiltered],
  ["silence", { kind: "stallBeforeHeaders" }],
  ["headers and then silence", { kind: "stallAfterHeaders" }],
  ["a stall on the way", { kind: "stallMidBody" }],
  ["a cut body", { kind: "cutBody" }],
  ["a cut stream", { kind: "cutStream" }],
  ["a stream that ends early", { kind: "endStreamEarly" }],
  ["an error under a 200", { kind: "errorIn200" }],
  ["an error on the way", { kind: "errorMidStream" }],
  ["an empty completion", { kind: "emptyCompletion" }],
  ["no choices", { kind: "noChoices" }],
  ["broken JSON", { kind: "badJson" }],
  ["a web page", { kind: "html" }],
  ["a reset connection", { kind: "resetOnConnect" }]
]
const messages = [{ role: "user" as const, content: "Why is the sky blue, and the sea?" }]
// Nothing but silence takes this long.
const impatient = ["ai.timeout=1", "ai.stall_timeout=1"]

const models = [
  { how: "passed on", request: { model: "up/m", messages } },
  { how: "answered by a run in one call", request: { model: "siku:lite@up/m", reasoning_effort: "minimal", messages } },
  { how: "thought through", request: { model: "siku:lite@up/m", messages } }
] as const

// Most of them do nothing but wait.
describe.concurrent("an upstream that ends badly", () => {
  for (const { how, request } of models) {
    describe(`of a turn that is ${how}`, () => {
      for (const [name, fault] of faults) {
        it.live(`by ${name}, is an error to OpenAI's client, whole and streamed, and no end`, () =>
          Effect.gen(function* () {
            const behaviour = { fallback: fault, answer: () => "A long answer." }
            const { base, client, server } = yield* sikuOverUpstream(behaviour, impatient)
            const whole = yield* rejectionOf(() => client.chat.completions.create({ ...request, messages }))
            assert.instanceOf(whole, APIError)
            assert.isAtLeast(whole.status ?? 0, 400)
            const finishes: Array<string> = []
            const streamed = yield* rejectionOf(async () => {
              for await (const { choices } of await client.chat.completions.create({
                ...request,
                messages,
                stream: true
              })) {
                for (const { finish_reason: reason } of choices) if (reason !== null) finishes.push(reason)
              }
            })
            assert.instanceOf(streamed, APIError)
            assert.deepStrictEqual(finishes, [])
            const raw = yield* send(`${base}/v1/chat/completions`, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify({ ...request, stream: true })
            })
            if (raw.status === 200) assert.isDefined(asFrames(raw.text).error)
            else asError(JSON.parse(raw.text))
            yield* Effect.promise(() => server.when(({ active }) => active === 0))
          })
        )
      }
    })
  }
})

describe("a failure before the first byte", () => {
  const cases: ReadonlyArray<readonly [Fault, number, string, shouldRetry: string | null]> = [
    [status.rateLimited({ retryAfterSeconds: 7 }), 429, "rate_limit_exceeded", null],
    [status.serverError(500), 503, "upstream_unavailable", null],
    [status.authFailed, 502, "upstream_auth_failed", "false"],
    [status.noBalance, 502, "upstream_no_balance", "false"],
    [status.modelNotFound, 404, "model_not_found", null],
    [status.contextTooLong, 400, "context_length_exceeded", null],
    [status.contentFiltered, 400, "content_filter", null],
    [{ kind: "stallBeforeHeaders" }, 504, "upstream_timeout", "false"],
    [{ kind: "html" }, 502, "upstream_malformed", "false"]
  ]
  for (const [fault, code, name, shouldRetry] of cases) {
    it.live(`is a ${code} ${name}`, () =>
      Effect.gen(function* () {
        const { base } = yield* sikuOverUpstream({ fallback: fault }, impatient)
        const seen = yield* send(`${base}/v1/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ model: "up/m", messages, stream: true })
        })
        const { error } = asError(JSON.parse(seen.text))
        assert.deepStrictEqual([seen.status, error.code], [code, name])
        assert.strictEqual(seen.headers.get("x-should-retry"), shouldRetry)
        if (code === 429) assert.match(seen.headers.get("retry-after") ?? "", /^[67]$/)
      })
    )
  }
})

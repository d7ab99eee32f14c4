import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { RateLimitError } from "openai"
import * as status from "../../../scripts/upstream/StatusFaults.ts"
import { manage, send } from "../../support/siku.ts"
import { asCompletion, asError, asFrames } from "../support/officialForm.ts"
import { passThrough as model, rejectionOf, sikuOverUpstream, watchedClient } from "../support/overSockets.ts"

const messages = [{ role: "user" as const, content: "Why is the sky blue?" }]
const reply = { content: "Because blue light is scattered most of all.", promptTokens: 20, completionTokens: 30 }
const request = { model, messages, n: 3 }
const priced = [`ai.providers.up.prices={"m":{"input":1,"output":2}}`]

const post = (base: string, body: object, headers: Record<string, string> = {}) =>
  send(`${base}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ ...request, ...body }),
    headers: { "content-type": "application/json", ...headers }
  })

describe("several choices", () => {
  it.live("come as so many calls, whole, to OpenAI's own client", () =>
    Effect.gen(function* () {
      let answered = 0
      const { base, server } = yield* sikuOverUpstream({ answer: () => ({ ...reply, content: `${answered++}` }) })
      const { bodies, client } = watchedClient(base)
      const whole = yield* Effect.promise(() => client.chat.completions.create(request))
      assert.deepStrictEqual(
        whole.choices.map(({ finish_reason, index }) => [index, finish_reason]),
        [
          [0, "stop"],
          [1, "stop"],
          [2, "stop"]
        ]
      )
      assert.sameMembers(
        whole.choices.map(({ message }) => message.content),
        ["0", "1", "2"]
      )
      assert.deepInclude(whole.usage, { prompt_tokens: 60, completion_tokens: 90, total_tokens: 150 })
      assert.strictEqual(server.calls, 3)
      const [body = ""] = yield* bodies
      asCompletion(JSON.parse(body))
    })
  )

  it.live("come side by side, streamed, with one usage at the very end", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => reply, chunkDelayMs: 10 }, priced)
      const { bodies, client } = watchedClient(base)
      const helped = yield* Effect.promise(() =>
        client.chat.completions.stream({ ...request, stream_options: { include_usage: true } }).finalChatCompletion()
      )
      assert.deepStrictEqual(
        helped.choices.map(({ finish_reason, index, message }) => [index, message.content, finish_reason]),
        [0, 1, 2].map((index) => [index, reply.content, "stop"])
      )
      assert.deepInclude(helped.usage, { prompt_tokens: 60, completion_tokens: 90, total_tokens: 150 })
      const { chunks, isDone } = asFrames((yield* bodies)[0] ?? "", 3)
      assert.isTrue(isDone)
      assert.deepStrictEqual(
        chunks.flatMap(({ choices, usage }, at) => (choices.length === 0 ? [[at, usage?.prompt_tokens]] : [])),
        [[chunks.length - 1, 60]]
      )
      assert.deepInclude(chunks.at(-1)?.siku, { cost: 3 * 80, estimated: false })
      const texts = chunks.flatMap(({ choices }) => choices.flatMap(({ delta, index }) => (delta.content ? index : [])))
      const firstOf = (choice: number) => texts.indexOf(choice)
      assert.isBelow(Math.max(firstOf(0), firstOf(1), firstOf(2)), texts.length - 3, "none waits for another's end")
      assert.strictEqual(server.calls, 3)
      const calls = yield* manage(base, "GET", "/api/v1/calls")
      assert.lengthOf(
        calls.text.match(/"completion_tokens":30/g) ?? [],
        3 * 2,
        "each call and its attempt is written down"
      )
    })
  )

  it.live("of one seed are asked for with seeds of their own", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => reply })
      yield* post(base, { seed: 7 })
      assert.sameMembers(
        server.requests.map(({ body }) =>
          typeof body === "object" && body !== null && "seed" in body ? body.seed : 0
        ),
        [7, 8, 9]
      )
    })
  )

  for (const stream of [false, true])
    it.live(`fail with the first that fails, and the others are ended: ${stream ? "streamed" : "whole"}`, () =>
      Effect.gen(function* () {
        const { client, server } = yield* sikuOverUpstream({
          faultFor: (_, index) => (index === 1 ? status.rateLimited() : { kind: "stallBeforeHeaders" })
        })
        const error = yield* rejectionOf(() => client.chat.completions.create({ ...request, stream }))
        assert.instanceOf(error, RateLimitError)
        // The others may cost something: the client is not to ask for them once more by itself.
        assert.strictEqual(error.headers.get("x-should-retry"), "false")
        yield* Effect.promise(() => server.when(({ aborted, active }) => active === 0 && aborted === 2))
        assert.strictEqual(server.calls, 3)
      })
    )

  it.live("that have begun are broken off by one that fails, with an error and no end", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({
        answer: () => reply,
        faultFor: (_, index) => ({ kind: index === 1 ? "cutStream" : "stallMidBody" })
      })
      const { status: code, text } = yield* post(base, { stream: true })
      const { error, isDone } = asFrames(text, 3)
      assert.deepStrictEqual([code, isDone, error?.error.code], [200, false, "upstream_connection"])
      yield* Effect.promise(() => server.when(({ aborted, active }) => active === 0 && aborted === 2))
    })
  )

  for (const stream of [false, true])
    it.live(`that fail under a key leave no call behind: ${stream ? "streamed" : "whole"}`, () =>
      Effect.gen(function* () {
        const { base, server } = yield* sikuOverUpstream({
          answer: () => reply,
          faultFor: (_, index) =>
            index === 1 ? { kind: "html" } : index > 2 ? undefined : { kind: "stallBeforeHeaders" }
        })
        const keyed = { "idempotency-key": "a key" }
        const seen = yield* post(base, { stream }, keyed)
        assert.strictEqual(seen.status, 502)
        asError(JSON.parse(seen.text))
        yield* Effect.promise(() => server.when(({ aborted, active }) => active === 0 && aborted === 2))
        assert.strictEqual((yield* post(base, { stream }, keyed)).status, 200)
        assert.strictEqual((yield* post(base, { stream }, keyed)).status, 200)
        assert.strictEqual(server.calls, 6)
      })
    )

  for (const stream of [false, true])
    it.live(`end with the client that leaves: ${stream ? "streamed" : "whole"}`, () =>
      Effect.gen(function* () {
        const { base, server } = yield* sikuOverUpstream({ fallback: { kind: "stallMidBody" }, answer: () => reply })
        const asked = yield* Effect.forkChild(post(base, { stream }))
        yield* Effect.promise(() => server.when(({ active }) => active === 3))
        yield* Fiber.interrupt(asked)
        yield* Effect.promise(() => server.when(({ aborted, active }) => active === 0 && aborted === 3))
      })
    )

  it.live("with the same key are joined, all of them", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => reply, chunkDelayMs: 20 })
      const keyed = { "idempotency-key": "a key" }
      const first = yield* Effect.forkChild(post(base, { stream: true }, keyed))
      yield* Effect.promise(() => server.when(({ calls }) => calls === 3))
      const second = yield* post(base, { stream: true }, keyed)
      assert.strictEqual((yield* Fiber.join(first)).text, second.text)
      asFrames(second.text, 3)
      assert.strictEqual(server.calls, 3)
    })
  )

  it.live("are not to be had of a run, which says why", () =>
    Effect.gen(function* () {
      const { base, server } = yield* sikuOverUpstream({ answer: () => reply })
      for (const model of ["siku", "siku-lite", "siku:max@up/m"]) {
        const seen = yield* post(base, { model })
        const { error } = asError(JSON.parse(seen.text))
        assert.deepStrictEqual([seen.status, error.param], [400, "n"])
        assert.match(error.message, /several answers in one run/)
      }
      assert.strictEqual(
        (yield* post(base, { model: "siku:lite@up/m", reasoning_effort: "minimal", n: 1 })).status,
        200
      )
      assert.strictEqual(server.calls, 1)
    })
  )
})

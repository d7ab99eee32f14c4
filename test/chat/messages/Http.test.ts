import type Anthropic from "@anthropic-ai/sdk"
import { APIError, BadRequestError, NotFoundError } from "@anthropic-ai/sdk"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import type { Fault } from "../../../scripts/upstream/Faults.ts"
import type { Reply } from "../../../scripts/upstream/Reply.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { startSiku } from "../../support/siku.ts"
import { eventsIn, post, sdk, sdkCall, sdkError } from "./clients.ts"
import { assertInOrder, OfficialError, OfficialEvent, OfficialMessage } from "./official.ts"
import { toolUpstream } from "./toolUpstream.ts"

const settings = (url: string) => ({
  environment: { CUSTOM_BASE_URL: url, CUSTOM_MODEL: "m" },
  set: ["ai.max_retries=0"]
})
const reply: Reply = {
  content: "The shorter waves are scattered more.",
  reasoning: "Rayleigh, surely.",
  promptTokens: 20,
  cachedTokens: 8,
  completionTokens: 12,
  reasoningTokens: 4
}
const setUp = Effect.fnUntraced(function* (fallback: Fault | "ok" = "ok") {
  const model = yield* upstream({ fallback, answer: () => reply })
  return { model, base: yield* startSiku(settings(model.url)) }
})

const question = {
  model: "custom/m",
  max_tokens: 1000,
  messages: [{ role: "user" as const, content: "Why is the sky blue?" }]
}
const thinking = { type: "enabled", budget_tokens: 4096 } as const

const decodeMessage = Schema.decodeUnknownSync(OfficialMessage)
const decodeEvent = Schema.decodeUnknownSync(OfficialEvent)
const decodeError = Schema.decodeUnknownSync(OfficialError)

describe("POST /v1/messages", () => {
  it.live("gives a whole message to Anthropic's client", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const client = sdk(base)
      // The SDK's types have lost the temperature; older ones and other clients send it.
      const body = { ...question, system: "Be brief.", temperature: 0.5, stop_sequences: ["END"] }
      const { data, request_id, response } = yield* sdkCall((options) =>
        client.messages.create(body, options).withResponse()
      )
      const message = decodeMessage(data)
      assert.deepInclude(message, { model: "custom/m", stop_reason: "end_turn" })
      assert.deepStrictEqual(message.content, [{ type: "text", text: reply.content, citations: null }])
      assert.deepInclude(message.usage, {
        input_tokens: 12,
        cache_read_input_tokens: 8,
        output_tokens: 12,
        output_tokens_details: { thinking_tokens: 4 }
      })
      assert.strictEqual(request_id, response.headers.get("x-request-id"))
      assert.deepStrictEqual(model.requests.at(-1)?.body, {
        model: "m",
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Why is the sky blue?" }
        ],
        temperature: 0.5,
        max_tokens: 1000,
        stop: ["END"]
      })
    })
  )

  it.live("shows the thinking where it was asked for, signed, and takes it back in the next turn", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const client = sdk(base)
      const message = decodeMessage(
        yield* sdkCall((options) => client.messages.create({ ...question, thinking }, options))
      )
      assert.deepStrictEqual(
        message.content.map((block) => (block.type === "thinking" ? block.thinking : block.type)),
        [reply.reasoning, "text"]
      )
      yield* sdkCall((options) =>
        client.messages.create(
          {
            ...question,
            messages: [
              ...question.messages,
              { role: "assistant", content: [...JSON.parse(JSON.stringify(message.content))] },
              { role: "user", content: "Shorter." }
            ]
          },
          options
        )
      )
      assert.deepInclude(model.requests.at(-1)?.body, {
        messages: [
          { role: "user", content: "Why is the sky blue?" },
          { role: "assistant", content: reply.content },
          { role: "user", content: "Shorter." }
        ]
      })
    })
  )

  it.live("streams in the official events and order", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const seen = yield* post(base, "/v1/messages", { ...question, stream: true, thinking })
      assert.strictEqual(seen.status, 200, seen.text)
      assert.strictEqual(seen.headers.get("content-type"), "text/event-stream; charset=utf-8")
      assert.match(seen.headers.get("cache-control") ?? "", /no-cache/)
      assert.strictEqual(seen.headers.get("x-accel-buffering"), "no")
      assert.strictEqual(seen.headers.get("request-id"), seen.headers.get("x-request-id"))
      const events = eventsIn(seen.text).map((event) => decodeEvent(event))
      assertInOrder(events)
      assert.deepStrictEqual(
        events.slice(0, 3).map(({ type }) => type),
        ["message_start", "ping", "content_block_start"]
      )
      const deltas = events.flatMap((event) => (event.type === "content_block_delta" ? [event.delta] : []))
      assert.strictEqual(deltas.map((delta) => ("thinking" in delta ? delta.thinking : "")).join(""), reply.reasoning)
      assert.strictEqual(deltas.map((delta) => ("text" in delta ? delta.text : "")).join(""), reply.content)
      assert.isAbove(deltas.filter(({ type }) => type === "text_delta").length, 1)
    })
  )

  for (const [preset, name] of [
    ["anthropic", "names the stop sequence that ended it, where the platform does"],
    ["custom", "only says that it ended, where the platform does not tell at what"]
  ] as const)
    it.live(name, () =>
      Effect.gen(function* () {
        const model = yield* upstream({ answer: () => ({ ...reply, stopSequence: "END" }) })
        const set = [
          "ai.max_retries=0",
          `ai.providers.up.preset=${preset}`,
          `ai.providers.up.base_url=${model.url}`,
          "ai.providers.up.model=m",
          "ai.providers.up.api_key=sk-of-a-test"
        ]
        const { messages } = sdk(yield* startSiku({ set }))
        const body = { ...question, model: "up/m", stop_sequences: ["STOP", "END"] }
        const whole = decodeMessage(yield* sdkCall((options) => messages.create(body, options)))
        const streamed = yield* sdkCall((options) => messages.stream(body, options).finalMessage())
        const end = preset === "anthropic" ? ["stop_sequence", "END"] : ["end_turn", null]
        assert.deepStrictEqual([whole.stop_reason, whole.stop_sequence], end)
        assert.deepStrictEqual([streamed.stop_reason, streamed.stop_sequence], end)
      })
    )

  it.live("streams to Anthropic's client, which puts the same message together", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const client = sdk(base)
      const whole = decodeMessage(
        yield* sdkCall((options) => client.messages.create({ ...question, thinking }, options))
      )
      const streamed = yield* sdkCall(async (options) => {
        let text = ""
        const stream = client.messages.stream({ ...question, thinking }, options).on("text", (delta) => (text += delta))
        return { message: decodeMessage(await stream.finalMessage()), text }
      })
      assert.strictEqual(streamed.text, reply.content)
      assert.deepInclude(streamed.message, { usage: whole.usage, stop_reason: whole.stop_reason, model: whole.model })
      const withoutSignature = (message: typeof whole) =>
        message.content.map((block) => (block.type === "thinking" ? { ...block, signature: "" } : block))
      assert.deepStrictEqual(withoutSignature(streamed.message), withoutSignature(whole))

      const events = yield* sdkCall(async (options) => {
        const events: Array<OfficialEvent> = []
        for await (const event of await client.messages.create({ ...question, stream: true }, options)) {
          events.push(decodeEvent(event))
        }
        return events
      })
      assertInOrder(events)
    })
  )

  const calls = [
    { name: "weather", arguments: '{"city":"北京"}' },
    { name: "weather", arguments: '{"city":"上海"}' }
  ]
  const weather = {
    tools: [{ name: "weather", input_schema: { type: "object" as const, properties: { city: { type: "string" } } } }]
  }
  for (const form of ["whole", "streamed"] as const) {
    it.live(`lets tools be called and their results be told, ${form}`, () =>
      Effect.gen(function* () {
        const model = yield* toolUpstream(calls)
        const client = sdk(yield* startSiku(settings(model.url)))
        const ask = (body: Anthropic.MessageCreateParamsNonStreaming) =>
          Effect.map(
            sdkCall((options) =>
              form === "whole"
                ? client.messages.create(body, options)
                : client.messages.stream(body, options).finalMessage()
            ),
            (message) => ({ message, checked: decodeMessage(message) })
          )
        const first = yield* ask({ ...question, ...weather })
        assert.strictEqual(first.checked.stop_reason, "tool_use")
        assert.deepStrictEqual(
          first.checked.content.map((block) =>
            block.type === "tool_use" ? [block.id, block.name, block.input] : block
          ),
          [
            ["call_0", "weather", { city: "北京" }],
            ["call_1", "weather", { city: "上海" }]
          ]
        )
        const second = yield* ask({
          ...question,
          ...weather,
          messages: [
            ...question.messages,
            { role: "assistant", content: first.message.content },
            {
              role: "user",
              content: [
                { type: "tool_result", tool_use_id: "call_0", content: "sunny" },
                { type: "tool_result", tool_use_id: "call_1", content: [{ type: "text", text: "rainy" }] }
              ]
            }
          ]
        })
        assert.deepStrictEqual(second.checked.content, [{ type: "text", text: "It is rainy.", citations: null }])
        assert.deepInclude(model.bodies.at(-1), {
          messages: [
            question.messages[0],
            {
              role: "assistant",
              content: "",
              tool_calls: calls.map((call, index) => ({ id: `call_${index}`, type: "function", function: call }))
            },
            { role: "tool", tool_call_id: "call_0", content: "sunny" },
            { role: "tool", tool_call_id: "call_1", content: "rainy" }
          ]
        })
        const one = yield* ask({
          ...question,
          ...weather,
          tool_choice: { type: "any", disable_parallel_tool_use: true }
        })
        assert.strictEqual(one.checked.content.length, 1)
      })
    )

    it.live(`fails when the model writes no JSON as a tool's input, ${form}`, () =>
      Effect.gen(function* () {
        const model = yield* toolUpstream([{ name: "weather", arguments: '{"city":' }])
        const client = sdk(yield* startSiku(settings(model.url)))
        const error = yield* sdkError(() =>
          form === "whole"
            ? client.messages.create({ ...question, ...weather })
            : client.messages.stream({ ...question, ...weather }).finalMessage()
        )
        assert.instanceOf(error, APIError)
        assert.include(error.message, "no JSON object")
      })
    )
  }

  it.live("thinks a question through under a preset's name, and shows how", () =>
    Effect.gen(function* () {
      const client = sdk(yield* startSiku())
      const message = decodeMessage(
        yield* sdkCall((options) =>
          client.messages.stream({ ...question, model: "siku", thinking }, options).finalMessage()
        )
      )
      assert.deepStrictEqual(
        message.content.map(({ type }) => type),
        ["thinking", "text"]
      )
      assert.isAbove(message.usage.output_tokens_details?.thinking_tokens ?? 0, 0)
      const plain = decodeMessage(
        yield* sdkCall((options) =>
          client.messages.create({ ...question, model: "siku", thinking: { type: "disabled" } }, options)
        )
      )
      assert.deepStrictEqual(
        plain.content.map(({ type }) => type),
        ["text"]
      )
      assert.isBelow(plain.usage.output_tokens, message.usage.output_tokens)
    })
  )

  it.live("asks a model directly also where the client says how much it is to think", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const seen = yield* post(base, "/v1/messages", { ...question, thinking: { type: "disabled" } })
      assert.strictEqual(seen.status, 200, seen.text)
      assert.notProperty(model.requests.at(-1)?.body, "reasoning_effort")
      const deep = yield* post(base, "/v1/messages", { ...question, output_config: { effort: "high" } })
      assert.strictEqual(deep.status, 200, deep.text)
      assert.deepInclude(model.requests.at(-1)?.body, { reasoning_effort: "high" })
    })
  )

  it.live("closes the call to the platform when its client leaves", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp({ kind: "stallMidBody" })
      for (const [at, stream] of [false, true].entries()) {
        const client = sdk(base)
        const asking = yield* Effect.forkChild(
          sdkCall(async (options) => {
            if (!stream) return await client.messages.create(question, options)
            for await (const _ of await client.messages.create({ ...question, stream }, options)) continue
          })
        )
        yield* Effect.promise(() => model.when(({ calls }) => calls === at + 1))
        yield* Fiber.interrupt(asking)
        yield* Effect.promise(() => model.when(({ aborted, active }) => aborted === at + 1 && active === 0))
      }
    })
  )

  it.live("says what is wrong with a request in Anthropic's form, and asks nobody", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const { max_tokens: _, ...unlimited } = question
      const user = (content: unknown) => ({ ...question, messages: [{ role: "user", content }] })
      const cases: ReadonlyArray<readonly [unknown, string]> = [
        ["{", "valid JSON"],
        ["", "valid JSON"],
        ["[]", "a JSON object"],
        ["null", "a JSON object"],
        [{}, "model: "],
        [{ ...question, model: "" }, "model: "],
        [{ ...question, model: 1 }, "model: "],
        [unlimited, "max_tokens: "],
        [{ ...question, max_tokens: 0 }, "max_tokens: "],
        [{ ...question, max_tokens: "10" }, "max_tokens: "],
        [{ ...question, messages: [] }, "messages.0: "],
        [{ ...question, messages: "hi" }, "messages: "],
        [{ ...question, messages: [{ role: "robot", content: "hi" }] }, "messages.0: "],
        [user(1), "messages.0.content: "],
        [user([]), "messages.0.content: "],
        [user([{ type: "text" }]), "messages.0.content.0.text: "],
        [user([{ type: "document", source: {} }]), "messages.0.content.0: "],
        [user([{ type: "image", source: { type: "file", file_id: "f" } }]), "messages.0.content.0.source: "],
        [user([{ type: "image", source: { type: "url", url: "ftp://a.example/b" } }]), "messages.0.content.0.source: "],
        [{ ...question, temperature: 1.1 }, "temperature: "],
        [{ ...question, top_p: -1 }, "top_p: "],
        [{ ...question, top_k: 3 }, "top_k: "],
        [{ ...question, stop_sequences: "END" }, "stop_sequences: "],
        [{ ...question, stream: "yes" }, "stream: "],
        [{ ...question, system: 1 }, "system: "],
        [{ ...question, thinking: { type: "enabled", budget_tokens: 10 } }, "thinking.budget_tokens: "],
        [{ ...question, tools: [{}] }, "tools.0.name: "],
        [{ ...question, tools: [{ type: "web_search_20250305", name: "web_search" }] }, "tools.0.type: "],
        [{ ...question, tool_choice: "auto" }, "tool_choice: "],
        [{ ...question, model: "siku", tools: [{ name: "t", input_schema: {} }] }, "tools: "]
      ]
      for (const [body, names] of cases) {
        const seen = yield* post(base, "/v1/messages", body)
        assert.strictEqual(seen.status, 400, JSON.stringify(body))
        const { error, request_id } = decodeError(seen.json)
        assert.strictEqual(error.type, "invalid_request_error")
        assert.include(error.message, names, JSON.stringify(body))
        assert.strictEqual(request_id, seen.headers.get("request-id"))
      }
      assert.strictEqual(model.calls, 0)
    })
  )

  it.live("lets Anthropic's client throw the error that belongs to what went wrong", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const client = sdk(base)
      const bad = yield* sdkError(() => client.messages.create({ ...question, max_tokens: 0 }))
      assert.instanceOf(bad, BadRequestError)
      const unknown = yield* sdkError(() => client.messages.create({ ...question, model: "nobody/m" }))
      assert.instanceOf(unknown, NotFoundError)
      assert.strictEqual(unknown.type, "not_found_error")
      assert.isString(unknown.requestID)
      const large = yield* sdkError(() =>
        client.messages.create({ ...question, messages: [{ role: "user", content: "x".repeat(12_000_000) }] })
      )
      assert.instanceOf(large, APIError)
      assert.deepStrictEqual([large.status, large.type], [413, "request_too_large"])
      for (const [method, path, status] of [
        ["GET", "/v1/messages", 405],
        ["GET", "/v1/messages/nothing", 404]
      ] as const) {
        const response = yield* Effect.promise((signal) => fetch(`${base}${path}`, { method, signal }))
        assert.strictEqual(response.status, status)
        decodeError(yield* Effect.promise(() => response.json()))
      }
    })
  )
})

describe("POST /v1/messages/count_tokens", () => {
  it.live("estimates what a conversation takes, by what is said in it", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const client = sdk(base)
      const { max_tokens: _, ...said } = question
      const counted = (body: Partial<Anthropic.MessageCountTokensParams> = {}) =>
        Effect.map(
          sdkCall((options) => client.messages.countTokens({ ...said, ...body }, options)),
          (count) => count.input_tokens
        )
      const alone = yield* counted()
      // What Anthropic itself counts of it.
      assert.closeTo(alone, 13, 3)
      assert.isAbove(yield* counted({ system: "four" }), alone)
      assert.isAbove(yield* counted({ tools: [{ name: "t", input_schema: { type: "object" } }] }), alone)
      const image = { type: "image", source: { type: "url", url: "https://a.example/b.png" } } as const
      assert.isAtLeast(
        yield* counted({ messages: [...said.messages, { role: "user", content: [image] }] }),
        alone + 800
      )
      const seen = yield* post(base, "/v1/messages/count_tokens", said)
      assert.deepStrictEqual(seen.json, { input_tokens: alone, estimated: true })
      assert.strictEqual(model.calls, 0)
      assert.instanceOf(
        yield* sdkError(() => client.messages.countTokens({ ...said, model: "nobody/m" })),
        NotFoundError
      )
      assert.instanceOf(yield* sdkError(() => client.messages.countTokens({ ...said, messages: [] })), BadRequestError)
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Schema, Struct } from "effect"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import { ReasoningRequest } from "../../../src/thinking/ReasoningRequest.ts"
import { ChatBody, refusedFields } from "../../../src/thinking/runs/ChatBody.ts"
import { titleOf } from "../../../src/thinking/runs/titleOf.ts"
import { toRequest } from "../../../src/thinking/runs/toRequest.ts"
import { testConfig } from "../../support/config.ts"

const asked = { model: "siku", messages: [{ role: "user", content: "Why?" }] }
const pixel = "data:image/png;base64,iVBORw0KGgo="

/** What a body that came over the wire asks for. */
const requestOf = (body: unknown, set: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const { thinking } = yield* AppConfig
    return yield* toRequest(thinking, yield* Effect.orDie(Schema.decodeUnknownEffect(ChatBody)(body)))
  }).pipe(Effect.provide(testConfig({ set })))

describe("the body of a run", () => {
  it.effect("is taken as the conversation that it is", () =>
    Effect.gen(function* () {
      const { messages } = yield* requestOf({
        ...asked,
        messages: [
          {
            role: "developer",
            content: [
              { type: "text", text: "Be" },
              { type: "text", text: "brief." }
            ]
          },
          {
            role: "user",
            content: [
              { type: "text", text: "What is it?" },
              { type: "image_url", image_url: { url: pixel } }
            ]
          },
          {
            role: "assistant",
            content: null,
            tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: "{}" } }]
          },
          { role: "tool", tool_call_id: "c1", content: "a dot" },
          { role: "user", content: [{ type: "image_url", image_url: "https://example.org/a.png", detail: "low" }] }
        ]
      })
      assert.deepStrictEqual(messages, [
        { role: "system", content: "Be\nbrief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image", url: pixel }
          ]
        },
        { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "look", arguments: "{}" }] },
        { role: "tool", toolCallId: "c1", content: "a dot" },
        { role: "user", content: [{ type: "image", url: "https://example.org/a.png" }] }
      ])
    })
  )

  it.effect("sets how the answer is written", () =>
    Effect.gen(function* () {
      const { format, sampling } = yield* requestOf({
        ...asked,
        temperature: 0.5,
        top_p: 0.9,
        max_tokens: 10,
        max_completion_tokens: 20,
        stop: "END",
        seed: 7,
        response_format: {
          type: "json_schema",
          json_schema: { name: "reply", schema: { type: "object" }, strict: true }
        }
      })
      assert.deepStrictEqual(sampling, { temperature: 0.5, topP: 0.9, maxTokens: 20, stop: ["END"], seed: 7 })
      assert.deepStrictEqual(format, { type: "json_schema", name: "reply", schema: { type: "object" } })
    })
  )

  it.effect("leaves out what is null, what is not known, and what asks for nothing", () =>
    Effect.gen(function* () {
      const plain = yield* requestOf(asked)
      assert.deepStrictEqual(plain.sampling, {})
      const nothing = {
        temperature: null,
        max_tokens: null,
        stop: null,
        seed: null,
        response_format: null,
        reasoning_effort: null,
        thinking: null,
        budget: null,
        n: 1,
        stream: false,
        tools: [],
        tool_choice: "auto",
        logprobs: false,
        logit_bias: {},
        presence_penalty: 0,
        modalities: ["text"],
        user: "me",
        store: true,
        unheard_of: { of: true }
      }
      assert.deepStrictEqual(yield* requestOf({ ...asked, ...nothing }), plain)
    })
  )

  it.effect("is refused by the name of what a run cannot give", () =>
    Effect.gen(function* () {
      for (const field of [
        { n: 2 },
        { stream: true },
        { tools: [{ type: "function", function: { name: "look" } }] },
        { tool_choice: "required" },
        { functions: [{ name: "look" }] },
        { function_call: { name: "look" } },
        { logprobs: true },
        { top_logprobs: 3 },
        { logit_bias: { 50256: -100 } },
        { presence_penalty: 1 },
        { frequency_penalty: -0.5 },
        { modalities: ["text", "audio"] },
        { audio: { voice: "a" } },
        { prediction: { type: "content", content: "x" } },
        { web_search_options: { search_context_size: "low" } }
      ]) {
        const [name = ""] = Object.keys(field)
        assert.deepInclude(yield* Effect.flip(requestOf({ ...asked, ...field })), { _tag: "UnusableBody", path: name })
      }
    })
  )

  it.effect("is refused where an image cannot be had, and where nobody has its name", () =>
    Effect.gen(function* () {
      const image = { type: "image_url", image_url: { url: "http://example.org/a.png" } }
      const messages = [{ role: "user", content: [{ type: "text", text: "What is it?" }, image] }]
      assert.deepInclude(yield* Effect.flip(requestOf({ ...asked, messages })), {
        _tag: "UnusableBody",
        path: "messages.0.content.1.image_url"
      })
      assert.deepInclude(yield* Effect.flip(requestOf({ ...asked, model: "gpt-4" })), {
        _tag: "UnknownModel",
        model: "gpt-4"
      })
    })
  )

  it.effect("decides how deep it is thought through, and what that may cost", () =>
    Effect.gen(function* () {
      const { settings } = yield* requestOf({
        ...asked,
        thinking: { threads: { max: 2 }, budget: { calls: 9, tokens: 500 } },
        budget: { calls: 8, usd: 0.25, deadline: 1.5 }
      })
      assert.strictEqual(settings.threads.max, 2)
      assert.deepStrictEqual(settings.budget, { calls: 8, tokens: 500, cost: 250_000, deadline_ms: 1500 })
      assert.strictEqual((yield* requestOf({ ...asked, reasoning_effort: "minimal" })).settings.mode, "direct")
      assert.strictEqual((yield* requestOf({ ...asked, model: "siku:lite@deepseek/chat" })).through, "deepseek/chat")
    })
  )

  const Wanted = ChatBody.mapFields(Struct.omit(refusedFields))
  it.effect.prop("becomes a request that a log can keep", [Wanted], ([body]) =>
    Effect.gen(function* () {
      const { thinking } = yield* AppConfig
      // Images by address are mostly none.
      const messages = Arr.map(body.messages, (message) =>
        message.role === "user" && typeof message.content !== "string" ? { ...message, content: pixel } : message
      )
      const request = yield* toRequest(thinking, { ...body, messages, model: "siku" })
      const codec = Schema.fromJsonString(ReasoningRequest)
      const kept = yield* Schema.decodeEffect(codec)(yield* Schema.encodeEffect(codec)(request))
      const expected: unknown = JSON.parse(JSON.stringify(request))
      assert.deepStrictEqual<unknown>(kept, expected)
    }).pipe(Effect.provide(testConfig({})))
  )
})

describe("the title of a run", () => {
  const titled = (content: string) => titleOf({ messages: [{ role: "user", content }] })

  it("is the beginning of what the user said last, on one line", () => {
    assert.strictEqual(
      titleOf({
        messages: [
          { role: "user", content: "First" },
          {
            role: "user",
            content: [
              { type: "image", url: pixel },
              { type: "text", text: "  What\n is\tit? " }
            ]
          },
          { role: "assistant", content: "A dot." }
        ]
      }),
      "What is it?"
    )
    assert.strictEqual(titleOf({ messages: [{ role: "system", content: "Be brief." }] }), "")
  })

  it.prop("has at most 200 characters, none of them cut in two", [Schema.String], ([content]) => {
    const title = titled(`${"😀".repeat(98)}${content}😀😀😀`)
    assert.isAtMost(title.length, 200)
    assert.isTrue(title.isWellFormed())
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { Preset } from "../../../src/platform/config/Presets.ts"
import type { ChatMessage, ChatRequest } from "../../../src/providers/ChatModel.ts"
import type { Target } from "../../../src/providers/Family.ts"
import { encode, mustStream } from "../../../src/providers/openai/encode.ts"
import { key, targetOf } from "./targets.ts"

const hello: ReadonlyArray<ChatMessage> = [{ role: "user", content: "1+1?" }]
const tool = { name: "weather", description: "The weather", parameters: { type: "object", properties: {} } }

const call = (target: Target, request: Partial<ChatRequest> = {}, stream = false) =>
  Result.getOrThrow(encode(target, { messages: hello, ...request }, { stream }))
const bodyOf = (target: Target, request: Partial<ChatRequest> = {}, stream = false) =>
  call(target, request, stream).body
const sent = (messages: ReadonlyArray<ChatMessage>, platform = "openai") => {
  const { body } = call(targetOf(platform), { messages })
  return typeof body === "object" && body !== null && "messages" in body ? body.messages : undefined
}
const refusal = (target: Target, request: Partial<ChatRequest>) =>
  Result.getOrThrow(Result.flip(encode(target, { messages: hello, ...request }, { stream: false }))).detail

const refusing = (...parameters: ReadonlyArray<string>): Target => {
  const changes: Partial<Preset> = { droppedParameters: [{ parameters }] }
  return targetOf("custom", "m", changes)
}

describe("a call", () => {
  it("is a POST of what was set and nothing else", () => {
    assert.deepStrictEqual(call(targetOf("deepseek", "deepseek-flash")), {
      url: "https://api.deepseek.com/v1/chat/completions",
      headers: { authorization: `Bearer ${key}` },
      outputLimit: undefined,
      body: { model: "deepseek-flash", messages: [{ role: "user", content: "1+1?" }] }
    })
  })

  it("goes without a key where there is none", () => {
    assert.deepStrictEqual(call({ ...targetOf("ollama"), key: undefined }).headers, {})
  })

  it("asks a stream for its usage", () => {
    assert.deepStrictEqual(bodyOf(targetOf("openai"), {}, true), {
      model: "m",
      messages: [{ role: "user", content: "1+1?" }],
      stream: true,
      stream_options: { include_usage: true }
    })
  })

  it("carries every field under the platform's name", () => {
    assert.deepStrictEqual(
      bodyOf(targetOf("openai", "gpt-4.1"), {
        temperature: 0.2,
        topP: 0.9,
        maxTokens: 50,
        stop: ["\n", "END"],
        seed: 7,
        presencePenalty: -1,
        frequencyPenalty: 0.5,
        tools: [tool, { name: "time", parameters: {}, strict: true }],
        toolChoice: { name: "weather" },
        responseFormat: { type: "json_schema", name: "answer", schema: { type: "object" }, strict: true },
        reasoningEffort: "low"
      }),
      {
        model: "gpt-4.1",
        messages: [{ role: "user", content: "1+1?" }],
        temperature: 0.2,
        top_p: 0.9,
        max_tokens: 50,
        stop: ["\n", "END"],
        seed: 7,
        presence_penalty: -1,
        frequency_penalty: 0.5,
        tools: [
          { type: "function", function: tool },
          { type: "function", function: { name: "time", parameters: {}, strict: true } }
        ],
        tool_choice: { type: "function", function: { name: "weather" } },
        response_format: {
          type: "json_schema",
          json_schema: { name: "answer", schema: { type: "object" }, strict: true }
        },
        reasoning_effort: "low"
      }
    )
  })

  it("leaves out what says nothing: no tools, no stop, text as the format", () => {
    const silent: Partial<ChatRequest> = { tools: [], toolChoice: "auto", stop: [], responseFormat: { type: "text" } }
    for (const reasoningEffort of ["none", "medium"] as const) {
      assert.deepStrictEqual(bodyOf(targetOf("openai"), { ...silent, reasoningEffort }), bodyOf(targetOf("openai")))
    }
  })
})

describe("the messages of a call", () => {
  it("take every role, with images by address and by content", () => {
    assert.deepStrictEqual(
      sent([
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", url: "https://example.org/a.png" },
            { type: "image", mediaType: "image/png", base64: "AAAA" }
          ]
        },
        { role: "assistant", content: "", toolCalls: [{ id: "call_a", name: "look", arguments: '{"at":1}' }] },
        { role: "tool", toolCallId: "call_a", content: "a cat" },
        { role: "assistant", content: "A cat." }
      ]),
      [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "https://example.org/a.png" } },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }
          ]
        },
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "call_a", type: "function", function: { name: "look", arguments: '{"at":1}' } }]
        },
        { role: "tool", tool_call_id: "call_a", content: "a cat" },
        { role: "assistant", content: "A cat." }
      ]
    )
  })

  it("go as plain text where all parts are text, for servers that read no parts", () => {
    assert.deepStrictEqual(
      sent([
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" }
          ]
        }
      ]),
      [{ role: "user", content: "a\nb" }]
    )
  })

  it("hold JSON for the arguments of a call that had none", () => {
    const [first] = [
      sent([{ role: "assistant", content: "", toolCalls: [{ id: "c", name: "f", arguments: "" }] }])
    ].flat()
    assert.deepNestedPropertyVal(first, "tool_calls[0].function.arguments", "{}")
  })

  it("have no empty turn of the assistant at Moonshot, which refuses it", () => {
    const messages: ReadonlyArray<ChatMessage> = [
      { role: "user", content: "a" },
      { role: "assistant", content: " " },
      { role: "assistant", content: "", toolCalls: [{ id: "c", name: "f", arguments: "{}" }] },
      { role: "assistant", content: "b" }
    ]
    assert.deepStrictEqual(sent(messages, "moonshot"), [
      { role: "user", content: "a" },
      { role: "assistant", tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }] },
      { role: "assistant", content: "b" }
    ])
    assert.lengthOf([sent(messages)].flat(), 4)
  })
})

describe("what a platform cannot do", () => {
  const cases: ReadonlyArray<readonly [string, Partial<ChatRequest>]> = [
    ["seed", { seed: 1 }],
    ["stop", { stop: ["a"] }],
    ["tools", { tools: [tool] }],
    ["tool_choice", { tools: [tool], toolChoice: "none" }],
    ["tool_choice.required", { tools: [tool], toolChoice: "required" }],
    ["tool_choice.function", { tools: [tool], toolChoice: { name: "weather" } }],
    ["response_format", { responseFormat: { type: "json_object" } }],
    ["response_format.json_schema", { responseFormat: { type: "json_schema", name: "a", schema: {} } }],
    ["image_url", { messages: [{ role: "user", content: [{ type: "image", mediaType: "image/png", base64: "A" }] }] }],
    ["image_url.url", { messages: [{ role: "user", content: [{ type: "image", url: "https://example.org/a.png" }] }] }]
  ]
  for (const [field, request] of cases) {
    it(`is refused by its name: ${field}`, () => {
      assert.strictEqual(refusal(refusing("n", field), request), `${field}: custom/m does not take it`)
      assert.isTrue(Result.isSuccess(encode(refusing("n"), { messages: hello, ...request }, { stream: false })))
    })
  }

  it("is not refused where it is not asked for", () => {
    const target = refusing(
      "seed",
      "tool_choice.required",
      "response_format.json_schema",
      "image_url.url",
      "tool_choice"
    )
    const request: Partial<ChatRequest> = {
      tools: [tool],
      toolChoice: "auto",
      responseFormat: { type: "json_object" },
      messages: [{ role: "user", content: [{ type: "image", mediaType: "image/png", base64: "A" }] }]
    }
    assert.isTrue(Result.isSuccess(encode(target, { messages: hello, ...request }, { stream: false })))
  })

  it("is left out where it only steers the choice of words", () => {
    const target = refusing("temperature", "top_p", "presence_penalty", "frequency_penalty")
    const request = { temperature: 1, topP: 0.5, presencePenalty: 1, frequencyPenalty: 1 }
    assert.deepStrictEqual(bodyOf(target, request), bodyOf(target))
  })

  it("is a choice among tools that are not there", () => {
    assert.match(refusal(targetOf("openai"), { toolChoice: "required" }), /^tool_choice: /)
  })

  it("is a whole reply of a model that only streams", () => {
    const target = targetOf("ali_bailian", "qwen3-32b")
    assert.isTrue(mustStream(target))
    assert.match(refusal(target, {}), /^stream: /)
    assert.isTrue(Result.isSuccess(encode(target, { messages: hello }, { stream: true })))
    assert.isFalse(mustStream(targetOf("ali_bailian", "qwen-plus")))
    assert.isFalse(mustStream(targetOf("custom", "qwen3-32b")))
  })
})

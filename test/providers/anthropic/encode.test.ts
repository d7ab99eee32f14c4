import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { ChatRequest } from "../../../src/providers/ChatModel.ts"
import { anthropicFamily } from "../../../src/providers/anthropic/Family.ts"
import type { Target } from "../../../src/providers/Family.ts"
import { key, targetOf } from "../openai/targets.ts"

const user = (content: string) => ({ role: "user" as const, content })
const target = targetOf("anthropic", "claude-haiku-4-5")
const encode = (request: Partial<ChatRequest>, stream = false, at: Target = target) =>
  anthropicFamily.encode(at, { messages: [user("1+1?")], ...request }, { stream })
const body = (request: Partial<ChatRequest>, stream = false, at: Target = target) =>
  Result.getOrThrow(encode(request, stream, at)).body
const refusal = (request: Partial<ChatRequest>) => Result.getOrThrow(Result.flip(encode(request))).detail
const asked = {
  model: "claude-haiku-4-5",
  max_tokens: 4096,
  messages: [{ role: "user", content: [{ type: "text", text: "1+1?" }] }]
}
const lookUp = { name: "look_up", description: "Looks up", parameters: { type: "object", properties: { q: {} } } }

describe("a call of Anthropic", () => {
  it("says which key and version, and sends what is set and nothing else but a limit, which must be", () => {
    assert.deepStrictEqual(Result.getOrThrow(encode({})), {
      url: "https://api.anthropic.com/v1/messages",
      headers: { "anthropic-version": "2023-06-01", "x-api-key": key },
      outputLimit: 4096,
      body: asked
    })
    assert.deepStrictEqual(body({}, true), { ...asked, stream: true })
    assert.notProperty(Result.getOrThrow(encode({}, false, { ...target, key: undefined })).headers, "x-api-key")
  })

  it("goes to the endpoint that the base URL means", () => {
    const at = (baseUrl: string) => Result.getOrThrow(encode({}, false, { ...target, baseUrl })).url
    assert.strictEqual(at("http://h/v1/messages"), "http://h/v1/messages")
    assert.strictEqual(at("http://h/v1"), "http://h/v1/messages")
    assert.strictEqual(at("http://h/anthropic"), "http://h/anthropic/v1/messages")
  })

  it("carries the parameters that Anthropic has, within its limits", () => {
    assert.deepStrictEqual(body({ temperature: 1.7, topP: 0.5, maxTokens: 10, stop: ["\n\n"] }), {
      ...asked,
      max_tokens: 10,
      temperature: 1,
      top_p: 0.5,
      stop_sequences: ["\n\n"]
    })
    const dropping = targetOf("anthropic", "claude-haiku-4-5", {
      droppedParameters: [{ models: ["claude-haiku"], parameters: ["temperature", "top_p", "presence_penalty"] }]
    })
    assert.deepStrictEqual(body({ temperature: 0.5, topP: 0.5, presencePenalty: 1 }, false, dropping), asked)
  })

  it("leaves out what asks for nothing", () => {
    const nothing = {
      topP: 1,
      presencePenalty: 0,
      frequencyPenalty: 0,
      stop: [],
      tools: [],
      toolChoice: "auto"
    } as const
    assert.deepStrictEqual(body({ ...nothing, responseFormat: { type: "text" } }), asked)
  })

  it("is refused by name where Anthropic cannot do what it asks for", () => {
    assert.include(refusal({ seed: 1 }), "seed")
    assert.include(refusal({ presencePenalty: 0.5 }), "presence_penalty")
    assert.include(refusal({ frequencyPenalty: -1 }), "frequency_penalty")
    assert.include(refusal({ responseFormat: { type: "json_object" } }), "response_format.json_object")
    assert.include(refusal({ toolChoice: "required" }), "tool_choice")
    assert.include(refusal({ messages: [{ role: "system", content: "Be brief." }] }), "messages")
    const image = (url: string) => ({
      messages: [{ role: "user" as const, content: [{ type: "image" as const, url }] }]
    })
    assert.include(refusal(image("http://h/a.png")), "image_url")
    assert.include(refusal(image("data:image/png,abc")), "image_url")
    assert.include(refusal(image("data:image/bmp;base64,Qk0=")), "image/bmp")
  })

  it("tells how much to think, in tokens, and leaves the temperature as it is then", () => {
    assert.deepStrictEqual(body({ reasoningEffort: "low", temperature: 0.5 }), {
      ...asked,
      max_tokens: 5120,
      thinking: { type: "enabled", budget_tokens: 1024 }
    })
    assert.deepStrictEqual(body({ reasoningEffort: "minimal" }), asked)
    assert.deepInclude(body({ reasoningEffort: "high", maxTokens: 20_000 }), {
      max_tokens: 20_000,
      thinking: { type: "enabled", budget_tokens: 16_384 }
    })
    assert.match(refusal({ reasoningEffort: "high", maxTokens: 4096 }), /^reasoning_effort with max_tokens of 4096/)
  })

  it("holds calls to their schema where that is asked for", () => {
    assert.deepInclude(body({ tools: [{ ...lookUp, strict: true }] }), {
      tools: [{ name: "look_up", description: "Looks up", input_schema: lookUp.parameters, strict: true }]
    })
  })

  it("can ask for JSON of a schema", () => {
    const schema = { type: "object", properties: {}, additionalProperties: false }
    assert.deepStrictEqual(body({ responseFormat: { type: "json_schema", name: "answer", schema } }), {
      ...asked,
      output_config: { format: { type: "json_schema", schema } }
    })
  })

  it("offers tools, and says which to choose", () => {
    const tools = [lookUp, { name: "now", parameters: {} }]
    const offered = [
      { name: "look_up", description: "Looks up", input_schema: lookUp.parameters },
      { name: "now", input_schema: { type: "object" } }
    ]
    assert.deepStrictEqual(body({ tools }), { ...asked, tools: offered })
    for (const [choice, said] of [
      ["auto", { type: "auto" }],
      ["none", { type: "none" }],
      ["required", { type: "any" }],
      [{ name: "now" }, { type: "tool", name: "now" }]
    ] as const) {
      assert.deepStrictEqual(body({ tools, toolChoice: choice }), { ...asked, tools: offered, tool_choice: said })
    }
  })

  it("puts system messages on top, one side's turns into one, and results where calls expect them", () => {
    const messages: ChatRequest["messages"] = [
      { role: "system", content: "Be brief." },
      user("Hello."),
      {
        role: "user",
        content: [
          { type: "text", text: "What is it?" },
          { type: "text", text: "" }
        ]
      },
      {
        role: "assistant",
        content: "",
        toolCalls: [
          { id: "functions.look_up:0", name: "look_up", arguments: '{"q":"a"}' },
          { id: "call_1", name: "now", arguments: "" }
        ]
      },
      { role: "tool", toolCallId: "functions.look_up:0", content: "found" },
      { role: "tool", toolCallId: "call_1", content: "noon" },
      { role: "system", content: "In French." },
      user("And?"),
      { role: "assistant", content: " " }
    ]
    const text = (said: string) => ({ type: "text", text: said })
    assert.deepStrictEqual(body({ messages }), {
      model: "claude-haiku-4-5",
      max_tokens: 4096,
      system: "Be brief.\n\nIn French.",
      messages: [
        { role: "user", content: [text("Hello."), text("What is it?")] },
        {
          role: "assistant",
          content: [
            { type: "tool_use", id: "functions_look_up_0", name: "look_up", input: { q: "a" } },
            { type: "tool_use", id: "call_1", name: "now", input: {} }
          ]
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "functions_look_up_0", content: "found" },
            { type: "tool_result", tool_use_id: "call_1", content: "noon" },
            text("And?")
          ]
        }
      ]
    })
  })

  it("is refused where a past call's arguments are no object", () => {
    for (const text of ["[1]", "{", "null", '"a"']) {
      const toolCalls = [{ id: "a", name: "look_up", arguments: text }]
      assert.include(refusal({ messages: [user("?"), { role: "assistant", content: "", toolCalls }] }), "look_up")
    }
  })

  it("shows images by address and by content", () => {
    const content = [
      { type: "image", url: "https://h/a.png" },
      { type: "image", url: "data:image/JPG;charset=x;base64,AAAA" },
      { type: "image", mediaType: "image/webp", base64: "BBBB" }
    ] as const
    assert.deepStrictEqual(body({ messages: [{ role: "user", content }] }), {
      ...asked,
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "url", url: "https://h/a.png" } },
            { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "AAAA" } },
            { type: "image", source: { type: "base64", media_type: "image/webp", data: "BBBB" } }
          ]
        }
      ]
    })
  })
})

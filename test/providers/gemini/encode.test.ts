import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { ChatRequest } from "../../../src/providers/ChatModel.ts"
import type { Target } from "../../../src/providers/Family.ts"
import { geminiFamily } from "../../../src/providers/gemini/Family.ts"
import { key, targetOf } from "../openai/targets.ts"

const user = (content: string) => ({ role: "user" as const, content })
const target = targetOf("google", "gemini-flash-latest")
const encode = (request: Partial<ChatRequest>, stream = false, at: Target = target) =>
  geminiFamily.encode(at, { messages: [user("1+1?")], ...request }, { stream })
const body = (request: Partial<ChatRequest>, at: Target = target) => Result.getOrThrow(encode(request, false, at)).body
const refusal = (request: Partial<ChatRequest>) => Result.getOrThrow(Result.flip(encode(request))).detail
const asked = { contents: [{ role: "user", parts: [{ text: "1+1?" }] }] }

describe("a call of Gemini", () => {
  it("goes to the model's address, whole or as events, with the key in a header", () => {
    const base = "https://generativelanguage.googleapis.com/v1beta"
    assert.deepStrictEqual(Result.getOrThrow(encode({})), {
      url: `${base}/models/gemini-flash-latest:generateContent`,
      headers: { "x-goog-api-key": key },
      outputLimit: undefined,
      body: asked
    })
    const streamed = Result.getOrThrow(encode({}, true))
    assert.strictEqual(streamed.url, `${base}/models/gemini-flash-latest:streamGenerateContent?alt=sse`)
    assert.deepStrictEqual(streamed.body, asked)
    const other = Result.getOrThrow(encode({}, false, { ...target, model: "tunedModels/a b", key: undefined }))
    assert.strictEqual(other.url, `${base}/tunedModels/a%20b:generateContent`)
    assert.deepStrictEqual(other.headers, {})
  })

  it("carries every parameter under Gemini's name, within its limits, unless the model refuses it", () => {
    const wanted = {
      temperature: 2.5,
      topP: 0.5,
      maxTokens: 10,
      stop: ["\n\n"],
      seed: 7,
      presencePenalty: 0.5,
      frequencyPenalty: -0.5
    }
    const sent = { topP: 0.5, maxOutputTokens: 10, stopSequences: ["\n\n"], seed: 7 }
    assert.deepStrictEqual(body(wanted, targetOf("google", "gemini-flash-latest", { droppedParameters: [] })), {
      ...asked,
      generationConfig: { temperature: 2, ...sent, presencePenalty: 0.5, frequencyPenalty: -0.5 }
    })
    const refusing = targetOf("google", "gemini-flash-latest", {
      droppedParameters: [{ parameters: ["temperature", "presence_penalty", "frequency_penalty"] }]
    })
    assert.deepStrictEqual(body(wanted, refusing), { ...asked, generationConfig: sent })
  })

  it("tells how much to think, in tokens", () => {
    for (const [reasoningEffort, thinkingBudget] of [
      ["minimal", 1024],
      ["high", 24_576]
    ] as const) {
      assert.deepStrictEqual(body({ reasoningEffort }), {
        ...asked,
        generationConfig: { thinkingConfig: { thinkingBudget } }
      })
    }
    assert.deepStrictEqual(body({ reasoningEffort: "medium" }), asked)
  })

  it("holds calls to their schema where that is asked for", () => {
    const tools = [{ name: "look_up", parameters: {}, strict: true }]
    assert.deepInclude(body({ tools }), { toolConfig: { functionCallingConfig: { mode: "VALIDATED" } } })
    assert.deepInclude(body({ tools, toolChoice: "required" }), {
      toolConfig: { functionCallingConfig: { mode: "ANY" } }
    })
  })

  it("can ask for JSON, of a schema or any", () => {
    const schema = { type: "object", properties: {} }
    const config = (responseFormat: ChatRequest["responseFormat"]) =>
      body(responseFormat === undefined ? {} : { responseFormat })
    assert.deepStrictEqual(config({ type: "text" }), asked)
    const json = { responseMimeType: "application/json" }
    assert.deepStrictEqual(config({ type: "json_object" }), { ...asked, generationConfig: json })
    assert.deepStrictEqual(config({ type: "json_schema", name: "answer", schema }), {
      ...asked,
      generationConfig: { ...json, responseJsonSchema: schema }
    })
  })

  it("offers tools, and says which to choose", () => {
    const tools = [
      { name: "look_up", description: "Looks up", parameters: { type: "object", properties: { q: {} } } },
      { name: "now", parameters: {} }
    ]
    const offered = [
      {
        functionDeclarations: [
          { name: "look_up", description: "Looks up", parametersJsonSchema: tools[0]?.parameters },
          { name: "now", parametersJsonSchema: {} }
        ]
      }
    ]
    assert.deepStrictEqual(body({ tools }), { ...asked, tools: offered })
    for (const [choice, said] of [
      ["auto", { mode: "AUTO" }],
      ["none", { mode: "NONE" }],
      ["required", { mode: "ANY" }],
      [{ name: "now" }, { mode: "ANY", allowedFunctionNames: ["now"] }]
    ] as const) {
      const toolConfig = { functionCallingConfig: said }
      assert.deepStrictEqual(body({ tools, toolChoice: choice }), { ...asked, tools: offered, toolConfig })
    }
    assert.deepStrictEqual(body({ tools: [], toolChoice: "auto" }), asked)
  })

  const conversation: ChatRequest["messages"] = [
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
      content: "I look.",
      toolCalls: [
        { id: "call_gemini_m36_0", name: "look_up", arguments: '{"q":"a"}' },
        { id: "8f2b1a3c", name: "now", arguments: "" }
      ]
    },
    { role: "tool", toolCallId: "call_gemini_m36_0", content: '{"found":1}' },
    { role: "tool", toolCallId: "8f2b1a3c", content: "noon" },
    { role: "system", content: "In French." },
    user("And?"),
    { role: "assistant", content: "" }
  ]
  const contentsWith = (signature: object) => [
    { role: "user", parts: [{ text: "Hello." }, { text: "What is it?" }] },
    {
      role: "model",
      parts: [
        { text: "I look." },
        { functionCall: { name: "look_up", args: { q: "a" } }, ...signature },
        { functionCall: { id: "8f2b1a3c", name: "now", args: {} } }
      ]
    },
    {
      role: "user",
      parts: [
        { functionResponse: { name: "look_up", response: { output: '{"found":1}' } } },
        { functionResponse: { id: "8f2b1a3c", name: "now", response: { output: "noon" } } },
        { text: "And?" }
      ]
    }
  ]

  it("puts system messages apart, one side's turns into one, and a name to every result", () => {
    assert.deepStrictEqual(body({ messages: conversation }), {
      systemInstruction: { parts: [{ text: "Be brief." }, { text: "In French." }] },
      contents: contentsWith({ thoughtSignature: "skip_thought_signature_validator" })
    })
  })

  it("says of the signature of past thoughts that it has none, to models that ask for one", () => {
    for (const model of ["gemini-2.5-flash", "gemini-2.0-flash", "gemma-3-27b-it", "tunedModels/mine"]) {
      assert.deepInclude(body({ messages: conversation }, { ...target, model }), { contents: contentsWith({}) }, model)
    }
    for (const model of ["gemini-3-pro-preview", "gemini-pro-latest", "models/gemini-4-argon"]) {
      const signature = { thoughtSignature: "skip_thought_signature_validator" }
      const contents = contentsWith(signature)
      assert.deepInclude(body({ messages: conversation }, { ...target, model }), { contents }, model)
    }
  })

  it("shows images by content, and by address with the type that it shows", () => {
    const content = [
      { type: "image", url: "https://h/a.PNG?size=1" },
      { type: "image", url: "https://h/image" },
      { type: "image", url: "data:image/jpg;base64,AAAA" },
      { type: "image", mediaType: "image/webp", base64: "BBBB" }
    ] as const
    assert.deepStrictEqual(body({ messages: [{ role: "user", content }] }), {
      contents: [
        {
          role: "user",
          parts: [
            { fileData: { fileUri: "https://h/a.PNG?size=1", mimeType: "image/png" } },
            { fileData: { fileUri: "https://h/image" } },
            { inlineData: { mimeType: "image/jpeg", data: "AAAA" } },
            { inlineData: { mimeType: "image/webp", data: "BBBB" } }
          ]
        }
      ]
    })
  })

  it("is refused by name where Gemini cannot do what it asks for", () => {
    assert.include(refusal({ toolChoice: { name: "now" } }), "tool_choice")
    assert.include(refusal({ messages: [{ role: "system", content: "Be brief." }] }), "messages")
    const image = { type: "image" as const, url: "http://h/a.png" }
    assert.include(refusal({ messages: [{ role: "user", content: [image] }] }), "image_url")
    const result = { role: "tool" as const, toolCallId: "call_9", content: "a" }
    assert.include(refusal({ messages: [user("?"), result] }), "call_9")
    const toolCalls = [{ id: "a", name: "look_up", arguments: "[1]" }]
    assert.include(refusal({ messages: [user("?"), { role: "assistant", content: "", toolCalls }] }), "look_up")
  })
})

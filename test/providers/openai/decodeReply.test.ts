import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decodeReply } from "../../../src/providers/openai/decodeReply.ts"

const body = (message: object, finishReason: string | null = "stop", rest: object = {}) =>
  JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m-0613",
    choices: [{ index: 0, message: { role: "assistant", ...message }, logprobs: null, finish_reason: finishReason }],
    ...rest
  })
const success = (text: string) => Result.getOrThrow(decodeReply(text))
const failure = (text: string) => Result.getOrThrow(Result.flip(decodeReply(text)))

describe("a whole reply", () => {
  it("is its text, with the model and the tokens as the platform tells them", () => {
    assert.deepStrictEqual(
      success(
        body({ content: "Paris", refusal: null }, "stop", {
          usage: {
            prompt_tokens: 19,
            completion_tokens: 10,
            total_tokens: 29,
            prompt_tokens_details: { cached_tokens: 3, audio_tokens: 0 },
            completion_tokens_details: { reasoning_tokens: 5 }
          }
        })
      ),
      {
        text: "Paris",
        reasoning: "",
        toolCalls: [],
        finish: "stop",
        usage: {
          promptTokens: 19,
          completionTokens: 10,
          cachedTokens: 3,
          cacheWriteTokens: 0,
          reasoningTokens: 5,
          estimated: false
        },
        model: "m-0613"
      }
    )
  })

  it("has no usage where none is reported, or none that can be read", () => {
    for (const rest of [{}, { usage: null }, { usage: {} }, { usage: { prompt_tokens: "many" } }]) {
      assert.isUndefined(success(body({ content: "a" }, "stop", rest)).usage)
    }
    assert.isUndefined(success('{"choices":[{"message":{"content":"a"}}]}').model)
  })

  it("keeps thoughts apart, whether they have a field or tags", () => {
    assert.strictEqual(success(body({ content: "a", reasoning_content: "Hm." })).reasoning, "Hm.")
    assert.strictEqual(success(body({ content: "a", reasoning_content: "", reasoning: "Hm." })).reasoning, "Hm.")
    const { reasoning, text } = success(body({ content: "<think>\nHm.\n</think>\n\nParis" }))
    assert.deepStrictEqual({ reasoning, text }, { reasoning: "Hm.", text: "Paris" })
  })

  it("may come as parts, of which the text counts", () => {
    const content = [
      { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
      { type: "text", text: "Par" },
      { type: "text", text: "is" },
      { type: "reference", reference_ids: [1] }
    ]
    const { reasoning, text } = success(body({ content }))
    assert.deepStrictEqual({ reasoning, text }, { reasoning: "Hm.", text: "Paris" })
  })

  it("may be tool calls alone, whose arguments are always JSON text", () => {
    const call = (id: string | null, name: string, text: unknown) => ({
      id,
      type: "function",
      function: { name, arguments: text }
    })
    const { finish, text, toolCalls } = success(
      body(
        { content: null, tool_calls: [call("call_a", "f", '{"a":1}'), call(null, "g", ""), call("", "h", { b: 2 })] },
        "tool_calls"
      )
    )
    assert.deepStrictEqual({ finish, text }, { finish: "tool_calls", text: "" })
    assert.deepStrictEqual(
      toolCalls.map((made) => [made.name, made.arguments]),
      [
        ["f", '{"a":1}'],
        ["g", "{}"],
        ["h", '{"b":2}']
      ]
    )
    assert.strictEqual(new Set(toolCalls.map(({ id }) => id)).size, 3)
    assert.strictEqual(failure(body({ content: "a", tool_calls: [call("call_a", "", "{}")] }))._tag, "Malformed")
  })

  it("tells why it ended in one set of words", () => {
    const cases: ReadonlyArray<readonly [string | null, string]> = [
      ["stop", "stop"],
      ["length", "length"],
      ["max_tokens", "length"],
      ["model_context_window_exceeded", "length"],
      ["tool_calls", "tool_calls"],
      ["function_call", "tool_calls"],
      ["content_filter", "filter"],
      ["sensitive", "filter"],
      ["repetition", "other"],
      [null, "other"]
    ]
    for (const [said, finish] of cases) assert.strictEqual(success(body({ content: "a" }, said)).finish, finish)
  })

  it("is malformed when it says nothing, and filtered when it was withheld or refused", () => {
    for (const message of [{ content: "" }, { content: null }, {}, { content: " \n" }, { content: [] }]) {
      assert.strictEqual(failure(body(message))._tag, "Malformed")
      assert.strictEqual(failure(body(message, "content_filter"))._tag, "ContentFiltered")
    }
    assert.strictEqual(failure(body({ content: "", reasoning_content: "Hm." }, "length"))._tag, "Malformed")
    const refused = failure(body({ content: null, refusal: "I cannot help with that." }))
    assert.strictEqual(refused._tag, "ContentFiltered")
    assert.include(refused.detail, "I cannot help with that.")
  })

  it("is no answer when the platform says that it broke off", () => {
    const cases = { insufficient_system_resource: "Overloaded", network_error: "Unavailable", error: "Malformed" }
    for (const [said, tag] of Object.entries(cases)) {
      assert.strictEqual(failure(body({ content: "half an ans" }, said))._tag, tag)
    }
  })

  it("is malformed when it is none", () => {
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      '{"choices":[]}',
      '{"choices":null}',
      '{"choices":[{}]}',
      '{"choices":[{"message":{"content":42}}]}',
      "<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Please sign in</h1></body></html>"
    ]) {
      assert.strictEqual(failure(text)._tag, "Malformed", text)
    }
    assert.strictEqual(failure("<html><title>Sign in</title></html>").detail, "not a completion: Sign in")
  })

  it("does not mind blank lines before it, nor an error that is null or empty", () => {
    assert.strictEqual(success(`\n\n\n${body({ content: "a" }, "stop", { error: null })}`).text, "a")
    assert.strictEqual(success(body({ content: "a" }, "stop", { error: {} })).text, "a")
  })

  const underOk: ReadonlyArray<readonly [string, unknown, string]> = [
    ["that says nothing known", { error: { message: "try later", type: "server_error" } }, "Malformed"],
    ["that is only a text", { error: "boom" }, "Malformed"],
    ["whose code is a status", { error: { code: 429, message: "slow down" } }, "RateLimited"],
    ["whose code is a status of the platform's fault", { error: { code: 502, message: "no" } }, "Unavailable"],
    ["of the request", { error: { type: "invalid_request_error", message: "no such field" } }, "BadRequest"],
    ["of the rate", { error: { code: "rate_limit_exceeded", message: "slow down" } }, "RateLimited"],
    ["of the key", { error: { code: "invalid_api_key", message: "no" } }, "AuthFailed"],
    ["of the balance", { error: { code: "1113", message: "您的账户已欠费" } }, "NoBalance"],
    ["of the content", { error: { code: "1301", message: "…" } }, "ContentFiltered"],
    ["of the context", { error: { message: "maximum context length is 8192 tokens" } }, "ContextTooLong"],
    ["of the model", { code: 20012, message: "Model does not exist. Please check it carefully." }, "ModelNotFound"],
    ["inside the choice", { choices: [{ error: { code: 502, message: "no" }, finish_reason: "error" }] }, "Unavailable"]
  ]
  for (const [name, error, tag] of underOk) {
    it(`is an error under a 200 ${name}: ${tag}`, () => {
      assert.strictEqual(failure(JSON.stringify(error))._tag, tag)
    })
  }
})

import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { geminiFamily } from "../../../src/providers/gemini/Family.ts"
import { functionCall, response, text, thought, usage } from "./wire.ts"

const decode = (body: string) => Result.getOrThrow(geminiFamily.decodeReply(body))
const failure = (body: string) => Result.getOrThrow(Result.flip(geminiFamily.decodeReply(body)))

describe("Gemini's response", () => {
  it("is read part by part", () => {
    const parts = [
      thought("Let me see."),
      text("It is "),
      { text: "Paris.", thoughtSignature: "EtoFCtcFAb4" },
      functionCall({ name: "weather", args: { city: "Paris" } }),
      functionCall({ id: "8f2b1a3c", name: "now" }),
      { executableCode: { language: "PYTHON", code: "1" } }
    ]
    assert.deepStrictEqual(decode(response(parts, "STOP")), {
      text: "It is Paris.",
      reasoning: "Let me see.",
      toolCalls: [
        { id: "call_gemini_m36LaZGyCLz1xs0P_0", name: "weather", arguments: '{"city":"Paris"}' },
        { id: "8f2b1a3c", name: "now", arguments: "{}" }
      ],
      finish: "tool_calls",
      usage,
      model: "gemini-3-flash"
    })
  })

  it("may leave out everything but a part that says something", () => {
    assert.deepStrictEqual(decode('{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":null}'), {
      text: "a",
      reasoning: "",
      toolCalls: [],
      finish: "other",
      usage: undefined,
      model: undefined
    })
    const call = '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"now"}}]},"finishReason":"STOP"}]}'
    assert.deepStrictEqual(decode(call).toolCalls, [{ id: "call_gemini_0", name: "now", arguments: "{}" }])
  })

  it("that says nothing is malformed, or withheld where a filter says so", () => {
    for (const body of ["{}", '{"candidates":[]}', response([], "STOP"), response([text("\n")], "STOP")]) {
      assert.strictEqual(failure(body)._tag, "Malformed", body)
    }
    assert.strictEqual(failure(response([thought("Hm.")], "MAX_TOKENS"))._tag, "Malformed")
    assert.strictEqual(failure(response([], "PROHIBITED_CONTENT"))._tag, "ContentFiltered")
    assert.strictEqual(failure('{"candidates":[{"finishReason":"RECITATION","index":0}]}')._tag, "ContentFiltered")
    assert.strictEqual(failure('{"promptFeedback":{"blockReason":"OTHER"}}')._tag, "ContentFiltered")
    assert.strictEqual(failure(response([text("a")], "MALFORMED_FUNCTION_CALL"))._tag, "Malformed")
  })

  it("is none where there is an error in its place, a page, or a part that is broken", () => {
    const exhausted = { error: { code: 429, message: "Resource has been exhausted", status: "RESOURCE_EXHAUSTED" } }
    assert.strictEqual(failure(JSON.stringify(exhausted))._tag, "RateLimited")
    const internal = { error: { code: 500, message: "Internal", status: "INTERNAL" } }
    assert.deepInclude(failure(JSON.stringify([internal])), {
      _tag: "Malformed",
      detail: "an error under HTTP 200: Internal"
    })
    for (const body of ["", "<html>", '{"candidates":', response([{ functionCall: { args: {} } }], "STOP")]) {
      assert.strictEqual(failure(body)._tag, "Malformed", body)
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Result, Schema, Struct } from "effect"
import { geminiFamily } from "../../../src/providers/gemini/Family.ts"
import { fold, pieces } from "../openai/streams.ts"
import { failure, functionCall, read, response, text, thought, usage } from "./wire.ts"

const folded = (datas: ReadonlyArray<string>) => fold(Result.getOrThrow(read(datas)))
const unavailable = { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } }

describe("Gemini's stream", () => {
  it("is read to the end of its body, for which there is no event", () => {
    const early = { promptTokenCount: 29, candidatesTokenCount: 1, totalTokenCount: 30 }
    const events = read([
      response([thought("Let me ")], undefined, { usageMetadata: early }),
      response([thought("see.")]),
      response([text("Pa")]),
      response([text("ris")]),
      response([{ text: "", thoughtSignature: "EqsFCqgFAb4" }], "STOP")
    ])
    assert.deepStrictEqual(Result.getOrThrow(events), [
      { _tag: "ReasoningDelta", text: "Let me " },
      { _tag: "ReasoningDelta", text: "see." },
      { _tag: "TextDelta", text: "Pa" },
      { _tag: "TextDelta", text: "ris" },
      { _tag: "UsageReported", usage },
      { _tag: "Finish", reason: "stop" }
    ])
  })

  it("holds whole calls, which keep their ids or get the same ones every time", () => {
    const datas = [
      response([functionCall({ name: "weather", args: { city: "Paris" } }), functionCall({ name: "now" })]),
      response([functionCall({ id: "8f2b1a3c", name: "now", args: {} })]),
      response([text("")], "STOP")
    ]
    const { finish, toolCalls } = folded(datas)
    assert.strictEqual(finish, "tool_calls")
    assert.deepStrictEqual(toolCalls, [
      { id: "call_gemini_m36LaZGyCLz1xs0P_0", name: "weather", arguments: '{"city":"Paris"}' },
      { id: "call_gemini_m36LaZGyCLz1xs0P_1", name: "now", arguments: "{}" },
      { id: "8f2b1a3c", name: "now", arguments: "{}" }
    ])
    assert.deepStrictEqual(folded(datas).toolCalls, toolCalls)
  })

  it("is cut where nothing said why it finished", () => {
    for (const datas of [[], [response([text("a")])], [response([text("a")]), "[DONE]"]]) {
      assert.deepInclude(failure(datas), { _tag: "Malformed", detail: "the stream was cut" })
    }
  })

  it("may tell its counts before the reason, after it, or never", () => {
    const early = [response([text("a")]), response([], "STOP", { usageMetadata: {} })]
    assert.deepStrictEqual(folded(early).usage, usage)
    const late = response([], undefined, { candidates: [] })
    assert.deepStrictEqual(folded([response([text("a")], "STOP", { usageMetadata: {} }), late]).usage, usage)
    const uncounted = response([text("a")], "STOP", { usageMetadata: { trafficType: "ON_DEMAND" } })
    assert.isUndefined(folded([uncounted]).usage)
  })

  it.each([
    ["STOP", "stop"],
    ["MAX_TOKENS", "length"],
    ["SAFETY", "filter"],
    ["RECITATION", "filter"],
    ["PROHIBITED_CONTENT", "filter"],
    ["BLOCKLIST", "filter"],
    ["SPII", "filter"],
    ["IMAGE_SAFETY", "filter"],
    ["LANGUAGE", "other"],
    ["OTHER", "other"],
    ["SOMETHING_NEW", "other"]
  ])("calls the finish reason %s %s, and so does a whole reply", (finishReason, finish) => {
    assert.strictEqual(folded([response([text("a")]), response([], finishReason)]).finish, finish)
    const whole = geminiFamily.decodeReply(response([text("a")], finishReason))
    assert.strictEqual(Result.getOrThrow(whole).finish, finish)
  })

  it("that says nothing is malformed, or withheld where a filter says so", () => {
    assert.strictEqual(failure([response([text("")], "STOP")])._tag, "Malformed")
    assert.strictEqual(failure([response([thought("Hm.")], "MAX_TOKENS")])._tag, "Malformed")
    assert.strictEqual(failure([response([], "SAFETY")])._tag, "ContentFiltered")
    const blocked = '{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":9}}'
    assert.include(failure([blocked]).detail, "PROHIBITED_CONTENT")
    assert.strictEqual(failure([blocked])._tag, "ContentFiltered")
  })

  it("fails where the model wrote a call that is none, and on the error inside it", () => {
    const before = response([text("a")])
    assert.include(failure([before, response([], "MALFORMED_FUNCTION_CALL")]).detail, "MALFORMED_FUNCTION_CALL")
    assert.strictEqual(failure([before, JSON.stringify(unavailable)])._tag, "Overloaded")
    assert.strictEqual(failure([JSON.stringify([unavailable])])._tag, "Overloaded")
  })

  it("fails on what is no response", () => {
    for (const data of ['{"candidates":', "<html>", "1", '{"candidates":1}', response([{ functionCall: {} }])]) {
      assert.strictEqual(failure([data, response([text("a")], "STOP")])._tag, "Malformed", data)
    }
  })

  it("takes no notice of parts that it does not know", () => {
    const parts = [{ executableCode: { language: "PYTHON", code: "1" } }, { inlineData: { data: "" } }, text("a")]
    assert.strictEqual(folded(["", response(parts, "STOP")]).text, "a")
  })

  const Text = Schema.Array(Schema.Literals(["a", " ", "\n", "思考", "🙂", '"', "\\", "{"]))
  const Cuts = Schema.Array(Schema.Natural)
  it.prop(
    "is the same reply however its parts are cut and spread over events, and as a whole",
    [Text, Text, Cuts, Cuts, Cuts],
    ([said, thoughts, cuts, otherCuts, spread]) => {
      const whole = [thought(thoughts.join("")), text(`${said.join("")}.`), functionCall({ name: "f", args: { a: 1 } })]
      const parts = [
        ...pieces(thoughts.join(""), otherCuts).map(thought),
        ...pieces(`${said.join("")}.`, cuts).map(text),
        functionCall({ name: "f", args: { a: 1 } })
      ]
      const places = [...new Set(spread.map((place) => place % parts.length))].sort((a, b) => a - b)
      const events = [0, ...places].map((from, at) => response(parts.slice(from, places[at])))
      const decoded = geminiFamily.decodeReply(response(whole, "STOP"))
      assert.deepStrictEqual(
        folded([...events, response([], "STOP")]),
        Result.getOrThrow(
          Result.map(decoded, (reply) => ({ ...Struct.omit(reply, ["model"]), toolCalls: [...reply.toolCalls] }))
        )
      )
    }
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { makeResponseWriter } from "../../../src/chat/responses/responseWriter.ts"
import { assertInOrder, decodeResponse } from "./official.ts"
import { newResponse } from "./support.ts"

const Text = Schema.String.check(Schema.isMaxLength(8))
const Events = Schema.Array(
  Schema.Union([
    Schema.TaggedStruct("TextDelta", { text: Text }),
    Schema.TaggedStruct("ReasoningDelta", { text: Text }),
    Schema.TaggedStruct("ToolCallDelta", {
      index: Schema.Literals([0, 1, 2]),
      id: Schema.Literal("call_1"),
      name: Schema.Literal("look"),
      arguments: Text
    })
  ])
)
const End = Schema.Literals(["stop", "length", "tool_calls", "filter", "other", "fail", "cancel"])
const usage = {
  promptTokens: 3,
  completionTokens: 2,
  cachedTokens: 1,
  cacheWriteTokens: 0,
  reasoningTokens: 1,
  estimated: false,
  cost: undefined
}

describe("the events of a response", () => {
  it.prop("are in the official form and order, whatever comes of the turn", [Events, End], ([events, end]) => {
    const writer = makeResponseWriter(newResponse)
    const told = [
      ...writer.created(),
      ...writer.started(),
      ...events.flatMap(writer.hear),
      ...(end === "fail"
        ? writer.fail({ code: "server_error", message: "cut" })
        : end === "cancel"
          ? writer.cancel()
          : writer.finish(end, usage, 2))
    ]
    assertInOrder(told)
    const response = decodeResponse(writer.response())
    const said = (tag: "TextDelta" | "ReasoningDelta") =>
      events.map((event) => (event._tag === tag ? event.text : "")).join("")
    const texts = response.output.flatMap((item) => (item.type === "message" ? item.content : []))
    const thoughts = response.output.flatMap((item) => (item.type === "reasoning" ? item.summary : []))
    assert.strictEqual(texts.map(({ text }) => text).join(""), said("TextDelta"))
    assert.strictEqual(thoughts.map(({ text }) => text).join(""), said("ReasoningDelta"))
    assert.strictEqual(response.status === "completed", end === "stop" || end === "tool_calls")
  })

  it("say why a reply is incomplete", () => {
    const endings = (["length", "filter", "other"] as const).map((reason) => {
      const writer = makeResponseWriter(newResponse)
      writer.finish(reason, usage, 2)
      const { completed_at, incomplete_details, status } = writer.response()
      return { completed_at, reason: incomplete_details?.reason, status }
    })
    assert.deepStrictEqual(endings, [
      { completed_at: null, reason: "max_output_tokens", status: "incomplete" },
      { completed_at: null, reason: "content_filter", status: "incomplete" },
      { completed_at: null, reason: undefined, status: "incomplete" }
    ])
  })
})

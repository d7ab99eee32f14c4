import { assert, describe, it } from "@effect/vitest"
import { Result, Schema, Struct } from "effect"
import { anthropicFamily } from "../../../src/providers/anthropic/Family.ts"
import { fold, pieces } from "../openai/streams.ts"
import {
  block,
  event,
  failure,
  message,
  messageDelta,
  messageStart,
  messageStop,
  read,
  textBlock,
  usage
} from "./wire.ts"

const end = [messageDelta("end_turn"), messageStop]
const overloaded = { type: "error", error: { details: null, type: "overloaded_error", message: "Overloaded" } }

describe("Anthropic's stream", () => {
  it("is read from message_start to message_stop", () => {
    assert.deepStrictEqual(
      Result.getOrThrow(
        read([
          messageStart,
          ...block(0, { type: "thinking", thinking: "", signature: "" }, [
            { type: "thinking_delta", thinking: "Let me " },
            { type: "thinking_delta", thinking: "see." },
            { type: "signature_delta", signature: "EqQBCgIYAhIM" }
          ]),
          event("ping"),
          ...textBlock(1, ["Pa", "ris", ""]),
          ...end
        ])
      ),
      [
        { _tag: "ReasoningDelta", text: "Let me " },
        { _tag: "ReasoningDelta", text: "see." },
        { _tag: "TextDelta", text: "Pa" },
        { _tag: "TextDelta", text: "ris" },
        { _tag: "UsageReported", usage },
        { _tag: "Finish", reason: "stop" }
      ]
    )
  })

  it("grows calls piece by piece, each in its own place, and calls without pieces with nothing", () => {
    const tool = (id: string, name: string) => ({ type: "tool_use", id, name, input: {} })
    const piece = (text: string) => ({ type: "input_json_delta", partial_json: text })
    const events = Result.getOrThrow(
      read([
        messageStart,
        ...textBlock(0, ["I'll look."]),
        ...block(1, tool("toolu_01A", "weather"), [piece(""), piece('{"city": "Pa'), piece('ris"}')]),
        ...block(2, tool("toolu_01B", "now"), [piece("")]),
        messageDelta("tool_use"),
        messageStop
      ])
    )
    const { finish, toolCalls } = fold(events)
    assert.strictEqual(finish, "tool_calls")
    assert.deepStrictEqual(toolCalls, [
      { id: "toolu_01A", name: "weather", arguments: '{"city": "Paris"}' },
      { id: "toolu_01B", name: "now", arguments: "{}" }
    ])
  })

  it("takes no notice of what it does not know, the platform's own tools included", () => {
    const { text, toolCalls } = fold(
      Result.getOrThrow(
        read([
          messageStart,
          ...block(0, { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} }, [
            { type: "input_json_delta", partial_json: '{"query":"x"}' }
          ]),
          ...block(1, { type: "redacted_thinking", data: "EmwKAhgBEgy3va" }, []),
          event("something_new", { text: 1 }),
          ...block(2, { type: "text", text: "" }, [
            { type: "citations_delta", citation: {} },
            { type: "text_delta", text: "ok" }
          ]),
          ...end
        ])
      )
    )
    assert.deepStrictEqual({ text, toolCalls }, { text: "ok", toolCalls: [] })
  })

  it.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool_calls"],
    ["refusal", "filter"],
    ["pause_turn", "other"],
    ["something_new", "other"]
  ])("calls a stop for %s %s, and so does a whole message", (stopReason, finish) => {
    const streamed = read([messageStart, ...textBlock(0, ["a"]), messageDelta(stopReason), messageStop])
    assert.deepStrictEqual(fold(Result.getOrThrow(streamed)).finish, finish)
    const whole = anthropicFamily.decodeReply(message([{ type: "text", text: "a" }], stopReason))
    assert.strictEqual(Result.getOrThrow(whole).finish, finish)
  })

  it("is cut without message_stop, wherever it ends", () => {
    const whole = [messageStart, ...textBlock(0, ["a", "b"]), ...end]
    for (let length = 0; length < whole.length; length++) {
      const reason = failure(whole.slice(0, length))
      assert.deepInclude(reason, { _tag: "Malformed", detail: "the stream was cut" })
    }
  })

  it("that says nothing is malformed, or withheld where the model refused", () => {
    assert.strictEqual(failure([messageStart, ...end])._tag, "Malformed")
    assert.strictEqual(failure([messageStart, ...textBlock(0, [" \n"]), ...end])._tag, "Malformed")
    const explanation = "This request was blocked."
    assert.deepInclude(
      failure([messageStart, messageDelta("refusal", { stop_details: { type: "refusal", explanation } }), messageStop]),
      { _tag: "ContentFiltered", detail: explanation }
    )
  })

  it("fails with the error inside it, whatever came before", () => {
    const before = [messageStart, ...textBlock(0, ["a"])]
    assert.strictEqual(failure([...before, JSON.stringify(overloaded)])._tag, "Overloaded")
    assert.strictEqual(failure([JSON.stringify({ error: overloaded.error })])._tag, "Overloaded")
    const internal = { type: "error", error: { type: "api_error", message: "Internal server error" } }
    assert.deepInclude(failure([...before, JSON.stringify(internal)]), {
      _tag: "Malformed",
      detail: "an error under HTTP 200: Internal server error"
    })
  })

  it("fails on what is no event, on a known one that is broken, and on a second message", () => {
    for (const data of ['{"type":', "<html>", "[]", '{"a":1}', event("content_block_delta", { index: 0 })]) {
      assert.strictEqual(failure([messageStart, ...textBlock(0, ["a"]), data, ...end])._tag, "Malformed", data)
    }
    assert.include(failure([messageStart, ...textBlock(0, ["a"]), messageStart]).detail, "another message")
    assert.isTrue(Result.isSuccess(read([messageStart, messageStart, ...textBlock(0, ["a"]), ...end])))
  })

  it("may carry blank data, and things after its end", () => {
    const events = read(["", messageStart, ...textBlock(0, ["a"]), ...end, "[DONE]", ...textBlock(1, ["b"]), "junk"])
    assert.strictEqual(fold(Result.getOrThrow(events)).text, "a")
  })

  it("reports no usage where there was none", () => {
    const delta = event("message_delta", { delta: { stop_reason: "end_turn" } })
    const events = read([event("message_start", { message: {} }), ...textBlock(0, ["a"]), delta, messageStop])
    assert.isUndefined(fold(Result.getOrThrow(events)).usage)
  })

  const Text = Schema.Array(Schema.Literals(["a", " ", "\n", "思考", "🙂", '"', "\\", "{"]))
  const Cuts = Schema.Array(Schema.Natural)
  it.prop(
    "is the same reply however its text, thoughts and arguments are cut into events, and as a whole message",
    [Text, Text, Cuts, Cuts],
    ([said, thought, cuts, otherCuts]) => {
      const text = `${said.join("")}.`
      const thinking = thought.join("")
      const input = { city: text, note: thinking }
      const tool = { type: "tool_use", id: "toolu_01A", name: "f" }
      const streamed = read([
        messageStart,
        ...block(
          0,
          { type: "thinking", thinking: "" },
          pieces(thinking, otherCuts).map((piece) => ({ type: "thinking_delta", thinking: piece }))
        ),
        ...textBlock(1, pieces(text, cuts)),
        ...block(
          2,
          { ...tool, input: {} },
          pieces(JSON.stringify(input), otherCuts).map((piece) => ({ type: "input_json_delta", partial_json: piece }))
        ),
        messageDelta("tool_use"),
        messageStop
      ])
      const whole = anthropicFamily.decodeReply(
        message(
          [
            { type: "thinking", thinking, signature: "s" },
            { type: "text", text },
            { ...tool, input }
          ],
          "tool_use"
        )
      )
      assert.deepStrictEqual(
        fold(Result.getOrThrow(streamed)),
        Result.getOrThrow(
          Result.map(whole, (reply) => ({ ...Struct.omit(reply, ["model"]), toolCalls: [...reply.toolCalls] }))
        )
      )
    }
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { anthropicFamily } from "../../../src/providers/anthropic/Family.ts"
import { message, usage } from "./wire.ts"

const decode = (body: string) => Result.getOrThrow(anthropicFamily.decodeReply(body))
const failure = (body: string) => Result.getOrThrow(Result.flip(anthropicFamily.decodeReply(body)))

describe("Anthropic's message", () => {
  it("is read block by block", () => {
    const blocks = [
      { type: "thinking", thinking: "Let me see.", signature: "WaUjzkypQ2mUEVM36O2Tx" },
      { type: "redacted_thinking", data: "EmwKAhgBEgy3va3pzix" },
      { type: "text", text: "It is ", citations: null },
      { type: "text", text: "Paris." },
      { type: "tool_use", id: "toolu_01A", name: "weather", input: { city: "Paris" }, caller: { type: "direct" } },
      { type: "tool_use", id: "toolu_01B", name: "now", input: null },
      { type: "something_new", text: 1 }
    ]
    assert.deepStrictEqual(decode(message(blocks, "tool_use")), {
      text: "It is Paris.",
      reasoning: "Let me see.",
      toolCalls: [
        { id: "toolu_01A", name: "weather", arguments: '{"city":"Paris"}' },
        { id: "toolu_01B", name: "now", arguments: "{}" }
      ],
      finish: "tool_calls",
      usage,
      model: "claude-sonnet-5"
    })
  })

  it("may leave out its usage, its model and why it stopped", () => {
    assert.deepStrictEqual(decode('{"content":[{"type":"text","text":"a"}],"usage":null,"model":null}'), {
      text: "a",
      reasoning: "",
      toolCalls: [],
      finish: "other",
      usage: undefined,
      model: undefined
    })
  })

  it("that says nothing is malformed, or withheld where the model refused", () => {
    assert.strictEqual(failure(message([]))._tag, "Malformed")
    assert.strictEqual(failure(message([{ type: "text", text: "\n" }]))._tag, "Malformed")
    assert.strictEqual(failure(message([{ type: "thinking", thinking: "Hm." }], "max_tokens"))._tag, "Malformed")
    assert.strictEqual(failure(message([], "refusal"))._tag, "ContentFiltered")
  })

  it("is none where there is an error in its place, a page, or a block that is broken", () => {
    const error = { type: "error", error: { type: "rate_limit_error", message: "slow down" }, request_id: "req_1" }
    assert.strictEqual(failure(JSON.stringify(error))._tag, "RateLimited")
    const ofAGateway = { error: { message: "oops", type: "server_error", code: null } }
    assert.strictEqual(failure(JSON.stringify(ofAGateway))._tag, "Malformed")
    const broken = message([
      { type: "text", text: "a" },
      { type: "tool_use", id: "t" }
    ])
    for (const body of ["", "<html>", "{}", '{"content":"a"}', broken]) {
      assert.strictEqual(failure(body)._tag, "Malformed", body)
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { chunk, done, failure, finish, reply } from "./streams.ts"

describe("tool calls in a stream", () => {
  const piece = (call: object) => chunk({ tool_calls: [call] })
  const ended = [finish("tool_calls"), done]
  const weather = (id: string, name: string | null, text: string) => ({
    id,
    type: "function",
    function: { name, arguments: text }
  })

  it("grow piece by piece, several side by side", () => {
    const { finish: reason, toolCalls } = reply([
      piece({ index: 0, ...weather("call_a", "weather", "") }),
      piece({ index: 0, function: { arguments: '{"city":' } }),
      piece({ index: 1, ...weather("call_b", "time", "{}") }),
      piece({ index: 0, function: { arguments: '"Paris"}' } }),
      ...ended
    ])
    assert.strictEqual(reason, "tool_calls")
    assert.deepStrictEqual(toolCalls, [
      { id: "call_a", name: "weather", arguments: '{"city":"Paris"}' },
      { id: "call_b", name: "time", arguments: "{}" }
    ])
  })

  it("are told apart without an index, or with one below 0", () => {
    for (const index of [{ index: -1 }, {}, { index: null }]) {
      const { toolCalls } = reply([
        piece({ ...index, ...weather("call_a", "weather", '{"city":') }),
        piece({ ...index, function: { arguments: '"Paris"}' } }),
        piece({ ...index, ...weather("call_b", "time", "{}") }),
        piece({ ...index, id: "call_a", function: { arguments: " " } }),
        ...ended
      ])
      assert.deepStrictEqual(toolCalls, [
        { id: "call_a", name: "weather", arguments: '{"city":"Paris"} ' },
        { id: "call_b", name: "time", arguments: "{}" }
      ])
    }
  })

  it("are told apart by their ids where all have index 0", () => {
    const { toolCalls } = reply([
      piece({ index: 0, ...weather("call_a", "weather", '{"a":') }),
      piece({ index: 0, id: "", function: { arguments: "1}" } }),
      piece({ index: 0, ...weather("call_b", "weather", '{"a":') }),
      piece({ index: 0, id: "call_b", function: { name: null, arguments: "2}" } }),
      ...ended
    ])
    assert.deepStrictEqual(
      toolCalls.map((call) => [call.id, call.arguments]),
      [
        ["call_a", '{"a":1}'],
        ["call_b", '{"a":2}']
      ]
    )
  })

  it("stay one where a server repeats id and name, or makes up an id for every piece", () => {
    for (const second of [
      { index: 0, ...weather("call_a", "weather", "1}") },
      { index: 0, ...weather("call_other", null, "1}") }
    ]) {
      const { toolCalls } = reply([
        piece({ index: 0, ...weather("call_a", "weather", '{"a":') }),
        piece(second),
        ...ended
      ])
      assert.deepStrictEqual(toolCalls, [{ id: "call_a", name: "weather", arguments: '{"a":1}' }])
    }
  })

  it("get an id where the server gives none, another in every reply", () => {
    const [first, second] = reply([
      piece({ index: 0, function: { name: "a", arguments: "{}" } }),
      piece({ index: 1, function: { name: "b", arguments: "{}" } }),
      ...ended
    ]).toolCalls
    assert.notStrictEqual(first?.id, second?.id)
    const other = piece({ index: 0, function: { name: "a", arguments: "{}" } }).replaceAll("chatcmpl-", "chatcmpl2")
    const [third] = reply([other.replace("KtWrq5N", "another"), ...ended]).toolCalls
    assert.notStrictEqual(first?.id, third?.id)
    assert.isAtMost(first?.id.length ?? 0, 40)
  })

  it("wait for their name, and may have no arguments", () => {
    assert.deepStrictEqual(
      reply([
        piece({ index: 0, id: "call_a", function: { arguments: '{"a":' } }),
        piece({ index: 0, function: { name: "f", arguments: "1}" } }),
        piece({ index: 1, id: "call_b", function: { name: "g" } }),
        ...ended
      ]).toolCalls,
      [
        { id: "call_a", name: "f", arguments: '{"a":1}' },
        { id: "call_b", name: "g", arguments: "{}" }
      ]
    )
    assert.deepStrictEqual(
      reply([piece({ function: { arguments: "{" } }), piece({ ...weather("call_a", "f", "}") }), ...ended]).toolCalls,
      [{ id: "call_a", name: "f", arguments: "{}" }]
    )
    assert.strictEqual(failure([piece({ index: 0, id: "call_a", function: {} }), ...ended])._tag, "Malformed")
  })

  it("may hold their arguments as an object", () => {
    const [call] = reply([
      piece({ index: 0, id: "c", function: { name: "f", arguments: { a: 1 } } }),
      ...ended
    ]).toolCalls
    assert.strictEqual(call?.arguments, '{"a":1}')
  })
})

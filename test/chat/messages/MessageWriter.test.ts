import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import type { TurnEvent } from "../../../src/chat/Turn.ts"
import { type MessageHead, makeMessageWriter } from "../../../src/chat/messages/MessageWriter.ts"
import { assertInOrder, OfficialEvent } from "./official.ts"

const head: MessageHead = { id: "msg_1", model: "m", showsThinking: true, callsOneTool: false, promptTokens: 7 }
const usage = {
  promptTokens: 10,
  completionTokens: 6,
  cachedTokens: 4,
  cacheWriteTokens: 0,
  reasoningTokens: 2,
  estimated: false,
  cost: undefined
}
const finish = { _tag: "Finish", reason: "stop", usage } as const

const decode = Schema.decodeUnknownSync(Schema.Array(OfficialEvent))

/** The events of a whole message, each held to the official form. */
const write = (events: ReadonlyArray<TurnEvent>, changes: Partial<MessageHead> = {}) => {
  const writer = makeMessageWriter({ ...head, ...changes })
  return decode([writer.start(), ...events.flatMap((event) => Result.getOrThrow(writer.push(event)))])
}

const failureOf = (events: ReadonlyArray<TurnEvent>): string | undefined => {
  const writer = makeMessageWriter(head)
  const failed = events.map(writer.push).find(Result.isFailure)
  return failed?.failure.detail
}

const call = (index: number, text: string, begins = false): TurnEvent => ({
  _tag: "ToolCallDelta",
  index,
  ...(begins ? { id: `call_${index}`, name: `tool${index}` } : {}),
  arguments: text
})
const text = (text: string): TurnEvent => ({ _tag: "TextDelta", text })
const thought = (text: string): TurnEvent => ({ _tag: "ReasoningDelta", text })

/** What the blocks of a message say, in order. */
const blocksIn = (events: ReadonlyArray<OfficialEvent>) => {
  const blocks: Array<{ readonly of: string; said: string }> = []
  for (const event of events) {
    if (event.type === "content_block_start") {
      const { content_block: block } = event
      blocks.push({ of: block.type === "tool_use" ? block.id : block.type, said: "" })
    }
    const last = blocks.at(-1)
    if (event.type !== "content_block_delta" || last === undefined) continue
    const { delta } = event
    if (delta.type === "text_delta") last.said += delta.text
    if (delta.type === "thinking_delta") last.said += delta.thinking
    if (delta.type === "input_json_delta") last.said += delta.partial_json
  }
  return blocks
}

const Spoken = Schema.Array(
  Schema.Struct({
    who: Schema.Literals(["text", "thinking", "call_0", "call_1", "call_2"]),
    said: Schema.NonEmptyString
  })
).check(Schema.isMaxLength(30))

/** Speakers at the same time; what each call says is one JSON object in as many pieces as it speaks. */
const turnOf = (spoken: typeof Spoken.Type): ReadonlyArray<TurnEvent> => {
  const pieces = new Map<string, Array<string>>()
  for (const { who } of spoken) {
    const of = spoken.filter((each) => each.who === who)
    const whole = JSON.stringify({ said: of.map(({ said }) => said) })
    const size = Math.ceil(whole.length / of.length)
    pieces.set(
      who,
      of.map((_, at) => whole.slice(at * size, at === of.length - 1 ? undefined : (at + 1) * size))
    )
  }
  const begun = new Set<string>()
  return spoken.map(({ said, who }) => {
    if (who === "text") return text(said)
    if (who === "thinking") return thought(said)
    const begins = !begun.has(who)
    begun.add(who)
    return call(Number(who.slice("call_".length)), pieces.get(who)?.shift() ?? "", begins)
  })
}

describe("makeMessageWriter", () => {
  it.prop("writes blocks in order and loses nothing, whoever speaks at the same time", [Spoken], ([spoken]) => {
    const events = turnOf(spoken)
    const written = write([...events, finish])
    assertInOrder(written)
    const blocks = blocksIn(written)
    const saidBy = (of: string) =>
      blocks
        .filter((block) => block.of === of)
        .map(({ said }) => said)
        .join("")
    const sent = (take: (event: TurnEvent) => string) => events.map(take).join("")
    assert.strictEqual(
      saidBy("text"),
      sent((event) => (event._tag === "TextDelta" ? event.text : ""))
    )
    assert.strictEqual(
      saidBy("thinking"),
      sent((event) => (event._tag === "ReasoningDelta" ? event.text : ""))
    )
    for (const index of [0, 1, 2]) {
      const own = sent((event) => (event._tag === "ToolCallDelta" && event.index === index ? event.arguments : ""))
      assert.strictEqual(saidBy(`call_${index}`), own)
      assert.strictEqual(blocks.filter(({ of }) => of === `call_${index}`).length, own === "" ? 0 : 1)
    }
  })

  it("writes what is said as it comes, and says in the end what it took", () => {
    const written = write([thought("hm"), thought("…"), text("a"), text("b"), finish])
    assert.deepStrictEqual(
      written.slice(1).map((event) => ("delta" in event ? event.delta : event.type)),
      [
        "content_block_start",
        { type: "thinking_delta", thinking: "hm" },
        { type: "thinking_delta", thinking: "…" },
        { type: "signature_delta", signature: "siku-msg_1" },
        "content_block_stop",
        "content_block_start",
        { type: "text_delta", text: "a" },
        { type: "text_delta", text: "b" },
        "content_block_stop",
        { stop_reason: "end_turn", stop_sequence: null, stop_details: null, container: null },
        "message_stop"
      ]
    )
    const [end] = written.filter((event) => event.type === "message_delta")
    assert.deepInclude(end?.usage, { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 6 })
  })

  it("shows no thinking where none was asked for", () => {
    assert.deepStrictEqual(blocksIn(write([thought("hm"), text("a"), finish], { showsThinking: false })), [
      { of: "text", said: "a" }
    ])
  })

  it("writes the first of several calls alone where one is all that may be made", () => {
    const written = write([call(0, "{}", true), call(1, "{}", true), finish], { callsOneTool: true })
    assert.deepStrictEqual(blocksIn(written), [{ of: "call_0", said: "{}" }])
  })

  it("fails when a call is no JSON object in the end, unless the reply was cut short", () => {
    const broken = call(0, '{"a":', true)
    assert.strictEqual(failureOf([broken, finish]), "the arguments of the call of tool0 are no JSON object")
    assert.isUndefined(failureOf([broken, { ...finish, reason: "length" }]))
  })

  it("fails when a call goes on behind its end", () => {
    const ended = [call(0, "{}", true), text("and")]
    assert.isUndefined(failureOf([...ended, call(0, " ")]))
    assert.strictEqual(failureOf([...ended, call(0, "{}")]), "a tool call went on behind its end")
  })
})

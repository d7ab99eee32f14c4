import { Option, Result } from "effect"
import type { ChatEvent } from "../ChatModel.ts"
import type { StreamReader } from "../Family.ts"
import { excerpt } from "../excerpt.ts"
import { Malformed, type ProviderErrorReason } from "../ProviderError.ts"
import { reasonIn200 } from "./readError.ts"
import { type Counts, countsIn, emptyReply, finishReasonOf, stopSequenceOf, usageOf } from "./replies.ts"
import { decodeEvent, type Stop, type StreamEvent } from "./Wire.ts"

type Events = Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason>

/** A call whose block is open: its place among the calls, and what it was called with if no pieces come. */
interface OpenCall {
  readonly index: number
  readonly input: unknown
  written: boolean
}

/** Reads the events of a streamed message. It is whole with its `message_stop`; what comes after that is not read. */
export const makeStreamReader = (): StreamReader => {
  const open = new Map<number, OpenCall>()
  let usage: Counts = {}
  let stop: Stop = {}
  let calls = 0
  let begun = false
  let said = false
  let stopped = false

  // The counts are running totals, and those that stay the same may be left out or null.
  const count = (more: unknown) => {
    usage = { ...usage, ...countsIn(more) }
  }

  const startBlock = ({ content_block: block, index }: Of<"content_block_start">): ReadonlyArray<ChatEvent> => {
    begun = true
    if (block.type === "text") return textDelta(block.text ?? "")
    if (block.type === "thinking") return reasoningDelta(block.thinking ?? "")
    if (block.type !== "tool_use") return []
    open.set(index, { index: calls, input: block.input, written: false })
    return [{ _tag: "ToolCallDelta", index: calls++, id: block.id, name: block.name, arguments: "" }]
  }

  const growBlock = ({ delta, index }: Of<"content_block_delta">): ReadonlyArray<ChatEvent> => {
    if (delta.type === "text_delta") return textDelta(delta.text)
    if (delta.type === "thinking_delta") return reasoningDelta(delta.thinking)
    const call = open.get(index)
    // The platform's own tools write their input the same way.
    if (delta.type !== "input_json_delta" || call === undefined || delta.partial_json === "") return []
    call.written = true
    return [{ _tag: "ToolCallDelta", index: call.index, arguments: delta.partial_json }]
  }

  const closeBlock = (index: number): ReadonlyArray<ChatEvent> => {
    const call = open.get(index)
    open.delete(index)
    return call === undefined || call.written
      ? []
      : [{ _tag: "ToolCallDelta", index: call.index, arguments: JSON.stringify(call.input ?? {}) }]
  }

  const textDelta = (text: string): ReadonlyArray<ChatEvent> => {
    said ||= text.trim() !== ""
    return text === "" ? [] : [{ _tag: "TextDelta", text }]
  }

  const finish = (): Events => {
    stopped = true
    const counted = usageOf(usage)
    if (!said && calls === 0) return Result.fail(emptyReply(stop, counted))
    return Result.succeed([
      ...[...open.keys()].flatMap(closeBlock),
      ...(counted === undefined ? [] : [{ _tag: "UsageReported" as const, usage: counted }]),
      { _tag: "Finish", reason: finishReasonOf(stop), ...stopSequenceOf(stop) }
    ])
  }

  const read = (event: StreamEvent): Events => {
    switch (event.type) {
      case "message_start":
        // Seen where a gateway tries again behind our back: what was told of the first message cannot be taken back.
        if (begun) return Result.fail(new Malformed({ detail: "another message began inside the stream" }))
        count(event.message.usage)
        return Result.succeed([])
      case "content_block_start":
        return Result.succeed(startBlock(event))
      case "content_block_delta":
        return Result.succeed(growBlock(event))
      case "content_block_stop":
        return Result.succeed(closeBlock(event.index))
      case "message_delta":
        if (event.delta.stop_reason) stop = event.delta
        count(event.usage)
        return Result.succeed([])
      case "message_stop":
        return finish()
      case "error":
        return Result.fail(reasonIn200(event.error))
      default:
        return Result.succeed([])
    }
  }

  return {
    push: ({ data }) => {
      // Only gateways send data without anything in it, or the latter.
      if (stopped || data === "" || data === "[DONE]") return Result.succeed([])
      const event = Option.getOrUndefined(decodeEvent(data))
      if (event === undefined) return Result.fail(new Malformed({ detail: `not an event: ${excerpt(data)}` }))
      return "type" in event ? read(event) : Result.fail(reasonIn200(event.error))
    },
    end: () => (stopped ? Result.succeed([]) : Result.fail(new Malformed({ detail: "the stream was cut" }))),
    usage: () => usageOf(usage)
  }
}

type Of<Type extends StreamEvent["type"]> = Extract<StreamEvent, { readonly type: Type }>

const reasoningDelta = (text: string): ReadonlyArray<ChatEvent> =>
  text === "" ? [] : [{ _tag: "ReasoningDelta", text }]

// Between a reply as a whole and as the events it is streamed in.
import { Array as Arr } from "effect"
import type { ChatEvent, FinishReason, StoppedBy, ToolCall, Usage } from "./ChatModel.ts"
import type { DecodedReply } from "./Family.ts"

/** The reply that a finished stream amounts to. */
export const foldEvents = (events: Iterable<ChatEvent>): DecodedReply => {
  let [text, reasoning] = ["", ""]
  let usage: Usage | undefined
  let finish: FinishReason = "other"
  let stoppedBy: StoppedBy = {}
  const calls = new Map<number, ToolCall>()
  for (const event of events) {
    switch (event._tag) {
      case "TextDelta":
        text += event.text
        break
      case "ReasoningDelta":
        reasoning += event.text
        break
      case "ToolCallDelta": {
        const call = calls.get(event.index) ?? { id: "", name: "", arguments: "" }
        calls.set(event.index, {
          id: event.id ?? call.id,
          name: event.name ?? call.name,
          arguments: call.arguments + event.arguments
        })
        break
      }
      case "UsageReported":
        usage = event.usage
        break
      case "Finish":
        finish = event.reason
        if (event.stopSequence !== undefined) stoppedBy = { stopSequence: event.stopSequence }
    }
  }
  return { text, reasoning, toolCalls: [...calls.values()], finish, ...stoppedBy, usage, model: undefined }
}

/** The events that a whole reply would have been streamed in. */
export const replyEvents = (reply: DecodedReply): Arr.NonEmptyReadonlyArray<ChatEvent> => {
  const { finish: reason, stopSequence } = reply
  const end: ChatEvent = { _tag: "Finish", reason, ...(stopSequence === undefined ? {} : { stopSequence }) }
  return Arr.append(beforeEnd(reply), end)
}

const beforeEnd = (reply: DecodedReply): ReadonlyArray<ChatEvent> => [
  ...(reply.reasoning === "" ? [] : [{ _tag: "ReasoningDelta" as const, text: reply.reasoning }]),
  ...(reply.text === "" ? [] : [{ _tag: "TextDelta" as const, text: reply.text }]),
  ...reply.toolCalls.map((call, index) => ({ _tag: "ToolCallDelta" as const, index, ...call })),
  ...(reply.usage === undefined ? [] : [{ _tag: "UsageReported" as const, usage: reply.usage }])
]

import type { ToolCall } from "../../providers/ChatModel.ts"
import type { TurnEvent, TurnUsage } from "../Turn.ts"
import type { Completion } from "./Completion.ts"
import type { Identity } from "./Identity.ts"
import { finishView, noteOf, usageView } from "./usageView.ts"

type Finish = Extract<TurnEvent, { readonly _tag: "Finish" }>

/** Takes in the events of a turn and gives the completion they amount to; `undefined` where they have no end. */
export const completionOf = (identity: Identity, events: ReadonlyArray<TurnEvent>): Completion | undefined => {
  const finish = events.findLast((event): event is Finish => event._tag === "Finish")
  if (finish === undefined) return undefined
  const text = textIn(events, "TextDelta")
  const reasoning = textIn(events, "ReasoningDelta")
  const toolCalls = toolCallsIn(events)
  return {
    id: identity.id,
    object: "chat.completion",
    created: identity.created,
    model: identity.model,
    system_fingerprint: null,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text === "" && toolCalls.length > 0 ? null : text,
          refusal: null,
          ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
          ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(callView) })
        },
        logprobs: null,
        finish_reason: finishView[finish.reason]
      }
    ],
    ...ending(identity, finish.usage)
  }
}

const ending = ({ run }: Identity, usage: TurnUsage) => ({ usage: usageView(usage), siku: noteOf(run, usage) })

const textIn = (events: ReadonlyArray<TurnEvent>, tag: "TextDelta" | "ReasoningDelta"): string =>
  events.map((event) => (event._tag === tag ? event.text : "")).join("")

const callView = ({ id, name, ...rest }: ToolCall) => ({
  id,
  type: "function" as const,
  function: { name, arguments: rest.arguments }
})

const toolCallsIn = (events: ReadonlyArray<TurnEvent>): ReadonlyArray<ToolCall> => {
  const calls = new Map<number, ToolCall>()
  for (const event of events) {
    if (event._tag !== "ToolCallDelta") continue
    const { id = "", name = "", arguments: before } = calls.get(event.index) ?? { arguments: "" }
    calls.set(event.index, { id: event.id ?? id, name: event.name ?? name, arguments: before + event.arguments })
  }
  return [...calls.values()]
}

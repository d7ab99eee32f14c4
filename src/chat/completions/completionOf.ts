import type { ToolCall } from "../../providers/ChatModel.ts"
import type { TurnEvent } from "../Turn.ts"
import type { Completion } from "./Completion.ts"
import type { Identity } from "./Identity.ts"
import { finishView, noteOf, sumOfTurns, usageView } from "./usageView.ts"

type Events = ReadonlyArray<TurnEvent>
type Choice = Completion["choices"][number]
type Finish = Extract<TurnEvent, { readonly _tag: "Finish" }>

/** Takes in the events of a turn and gives the completion they amount to; `undefined` where they, or those of a choice, have no end. */
export const completionOf = (identity: Identity, events: Events, count = 1): Completion | undefined => {
  const choices: Array<Choice> = []
  const ends: Array<Finish> = []
  for (let index = 0; index < count; index++) {
    const own = count === 1 ? events : events.filter(({ choice = 0 }) => choice === index)
    const finish = own.findLast((event): event is Finish => event._tag === "Finish")
    if (finish === undefined) return undefined
    choices.push(choiceOf(index, own, finish))
    ends.push(finish)
  }
  const usage = sumOfTurns(ends.map((end) => end.usage))
  return {
    id: identity.id,
    object: "chat.completion",
    created: identity.created,
    model: identity.model,
    system_fingerprint: null,
    choices,
    usage: usageView(usage),
    siku: noteOf(identity.run, usage)
  }
}

const choiceOf = (index: number, events: Events, { reason }: Finish): Choice => {
  const text = textIn(events, "TextDelta")
  const reasoning = textIn(events, "ReasoningDelta")
  const toolCalls = toolCallsIn(events)
  return {
    index,
    message: {
      role: "assistant",
      content: text === "" && toolCalls.length > 0 ? null : text,
      refusal: null,
      ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(callView) })
    },
    logprobs: null,
    finish_reason: finishView[reason]
  }
}

const textIn = (events: Events, tag: "TextDelta" | "ReasoningDelta"): string =>
  events.map((event) => (event._tag === tag ? event.text : "")).join("")

const callView = ({ id, name, ...rest }: ToolCall) => ({
  id,
  type: "function" as const,
  function: { name, arguments: rest.arguments }
})

const toolCallsIn = (events: Events): ReadonlyArray<ToolCall> => {
  const calls = new Map<number, ToolCall>()
  for (const event of events) {
    if (event._tag !== "ToolCallDelta") continue
    const { id = "", name = "", arguments: before } = calls.get(event.index) ?? { arguments: "" }
    calls.set(event.index, { id: event.id ?? id, name: event.name ?? name, arguments: before + event.arguments })
  }
  return [...calls.values()]
}

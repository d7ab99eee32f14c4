import type { FinishReason } from "../../providers/ChatModel.ts"
import type { TurnEvent, TurnUsage } from "../Turn.ts"
import { itemId } from "./ids.ts"
import { callItem, outputText, summaryText, textItem, type TextKind } from "./outputItems.ts"
import type { EventBody, ResponseEvent } from "./ResponseEvent.ts"
import type { ItemStatus, OutputItem, ResponseFailure, ResponseObject, ResponseStatus } from "./ResponseObject.ts"

type Events = ReadonlyArray<ResponseEvent>

/** An item whose end has not come. */
interface OpenItem {
  readonly index: number
  readonly id: string
}
interface OpenText extends OpenItem {
  readonly kind: TextKind
  text: string
}
interface OpenCall extends OpenItem {
  readonly callId: string
  readonly name: string
  arguments: string
}

/**
 * Makes the events of a response, and the response itself, from those of its turn. The same turn always gives the same
 * events with the same numbers and ids, so that a stream can be begun anew and gone on with. A writer is good for one turn.
 */
export const makeResponseWriter = (begun: ResponseObject) => {
  const { id: responseId } = begun
  const output: Array<OutputItem> = []
  const calls = new Map<number, OpenCall>()
  let text: OpenText | undefined
  let response = begun
  let number = 0

  const numbered = (events: ReadonlyArray<EventBody>): Events =>
    events.map((event) => ({ ...event, sequence_number: number++ }))

  const place = (kind: "msg" | "rs" | "fc", item: (id: string) => OutputItem): OpenItem => {
    const index = output.length
    const id = itemId(kind, responseId, "o", index)
    output.push(item(id))
    return { index, id }
  }

  const settled = ({ index }: OpenItem, item: OutputItem): EventBody => {
    output[index] = item
    return { type: "response.output_item.done", output_index: index, item }
  }

  const openText = (kind: TextKind): ReadonlyArray<EventBody> => {
    const opened = place(kind === "message" ? "msg" : "rs", (id) => textItem(kind, id, undefined, "in_progress"))
    text = { ...opened, kind, text: "" }
    const at = { item_id: opened.id, output_index: opened.index }
    return [
      {
        type: "response.output_item.added",
        output_index: opened.index,
        item: textItem(kind, opened.id, undefined, "in_progress")
      },
      kind === "message"
        ? { type: "response.content_part.added", ...at, content_index: 0, part: outputText("") }
        : { type: "response.reasoning_summary_part.added", ...at, summary_index: 0, part: summaryText("") }
    ]
  }

  const closeText = (status: ItemStatus): ReadonlyArray<EventBody> => {
    if (text === undefined) return []
    const { id, index, kind, text: whole } = text
    const open = text
    text = undefined
    const at = { item_id: id, output_index: index }
    return [
      ...(kind === "message"
        ? ([
            { type: "response.output_text.done", ...at, content_index: 0, text: whole, logprobs: [] },
            { type: "response.content_part.done", ...at, content_index: 0, part: outputText(whole) }
          ] as const)
        : ([
            { type: "response.reasoning_summary_text.done", ...at, summary_index: 0, text: whole },
            { type: "response.reasoning_summary_part.done", ...at, summary_index: 0, part: summaryText(whole) }
          ] as const)),
      settled(open, textItem(kind, id, whole, status))
    ]
  }

  const said = (kind: TextKind, delta: string): ReadonlyArray<EventBody> => {
    if (delta === "") return []
    const before = text?.kind === kind ? [] : [...closeText("completed"), ...openText(kind)]
    if (text === undefined) return before
    text.text += delta
    const at = { item_id: text.id, output_index: text.index }
    return [
      ...before,
      kind === "message"
        ? { type: "response.output_text.delta", ...at, content_index: 0, delta, logprobs: [] }
        : { type: "response.reasoning_summary_text.delta", ...at, summary_index: 0, delta }
    ]
  }

  const called = (event: Extract<TurnEvent, { readonly _tag: "ToolCallDelta" }>): ReadonlyArray<EventBody> => {
    const events: Array<EventBody> = []
    let call = calls.get(event.index)
    if (call === undefined) {
      events.push(...closeText("completed"))
      const name = event.name ?? ""
      const make = (id: string): OpenCall => ({ index: output.length, id, callId: event.id ?? id, name, arguments: "" })
      const opened = place("fc", (id) => callItem(make(id), "in_progress"))
      call = { ...make(opened.id), index: opened.index }
      calls.set(event.index, call)
      const item = callItem(call, "in_progress")
      events.push({ type: "response.output_item.added", output_index: call.index, item })
    }
    if (event.arguments !== "") {
      call.arguments += event.arguments
      events.push({
        type: "response.function_call_arguments.delta",
        item_id: call.id,
        output_index: call.index,
        delta: event.arguments
      })
    }
    return events
  }

  // Pieces of several calls may come by turns: which of them are complete is known at the end only.
  const closeCalls = (status: ItemStatus): ReadonlyArray<EventBody> => {
    const events = [...calls.values()].flatMap((call): ReadonlyArray<EventBody> => [
      {
        type: "response.function_call_arguments.done",
        item_id: call.id,
        output_index: call.index,
        name: call.name,
        arguments: call.arguments
      },
      settled(call, callItem(call, status))
    ])
    calls.clear()
    return events
  }

  const end = (status: ItemStatus, change: Partial<ResponseObject>): ReadonlyArray<EventBody> => {
    const events = [...closeText(status), ...closeCalls(status)]
    response = { ...begun, ...change, output: [...output] }
    return events
  }

  return {
    /** The response as it stands: without the items that have not ended, until it has. */
    response: (): ResponseObject => response,
    created: (): Events => numbered([{ type: "response.created", response: begun }]),
    started: (): Events => {
      response = { ...begun, status: "in_progress" }
      return numbered([{ type: "response.in_progress", response }])
    },
    /** What comes of an event other than the last one. */
    hear: (event: Exclude<TurnEvent, { readonly _tag: "Finish" }>): Events => {
      switch (event._tag) {
        case "TextDelta":
          return numbered(said("message", event.text))
        case "ReasoningDelta":
          return numbered(said("reasoning", event.text))
        case "ToolCallDelta":
          return numbered(called(event))
        case "Progress":
          return []
      }
    },
    /** The end. `at` is the time, in seconds since 1970. */
    finish: (reason: FinishReason, usage: TurnUsage, at: number): Events => {
      const { detail, status } = outcomeOf(reason)
      const events = end(status, {
        status,
        completed_at: status === "completed" ? at : null,
        incomplete_details: detail,
        usage: usageOf(usage)
      })
      return numbered([...events, { type: `response.${status}`, response }])
    },
    /** The end that is none. */
    fail: (error: ResponseFailure): Events => {
      const events = end("incomplete", { status: "failed", error })
      return numbered([...events, { type: "response.failed", response }, errorEvent(error.code, error.message)])
    },
    /** The end that somebody asked for. The official stream has no event for it, and must not end without a word. */
    cancel: (): Events =>
      numbered([...end("incomplete", { status: "cancelled" }), errorEvent("cancelled", "The response was cancelled.")])
  }
}
export type ResponseWriter = ReturnType<typeof makeResponseWriter>

const errorEvent = (code: string, message: string): EventBody => {
  const fields = { code, message, param: null }
  return { type: "error", ...fields, error: { type: code, ...fields } }
}

interface Outcome {
  readonly status: Extract<ResponseStatus, "completed" | "incomplete">
  readonly detail: ResponseObject["incomplete_details"]
}

const outcomeOf = (reason: FinishReason): Outcome => {
  switch (reason) {
    case "stop":
    case "tool_calls":
      return { status: "completed", detail: null }
    case "length":
      return { status: "incomplete", detail: { reason: "max_output_tokens" } }
    case "filter":
      return { status: "incomplete", detail: { reason: "content_filter" } }
    // A word of the platform that nobody here knows.
    case "other":
      return { status: "incomplete", detail: {} }
  }
}

const usageOf = (usage: TurnUsage): ResponseObject["usage"] => ({
  input_tokens: usage.promptTokens,
  input_tokens_details: { cached_tokens: usage.cachedTokens },
  output_tokens: usage.completionTokens,
  output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  total_tokens: usage.promptTokens + usage.completionTokens,
  ...(usage.estimated ? { estimated: true } : {}),
  cost: usage.cost ?? null
})

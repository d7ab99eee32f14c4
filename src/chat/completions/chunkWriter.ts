import type { OpenAiError } from "../../platform/ErrorForm.ts"
import { openAiErrorBody } from "../../platform/ErrorForm.ts"
import type { LoggedEvent } from "../../thinking/ThoughtEvent.ts"
import type { TurnEvent, TurnUsage } from "../Turn.ts"
import type { CompletionChunk } from "./Completion.ts"
import type { Identity } from "./Identity.ts"
import { finishView, noteOf, sumOfTurns, usageView } from "./usageView.ts"

type Delta = CompletionChunk["choices"][number]["delta"]

/**
 * Writes a turn as the frames of a streamed completion. Every chunk has the same head, which is written once, and what comes of
 * several choices has the number of its own; after the last event of all come the usage, where it was asked for, and `[DONE]`.
 */
export const makeChunkWriter = (
  identity: Identity,
  options: { readonly includeUsage: boolean; readonly choices?: number | undefined }
) => {
  const { choices = 1, includeUsage } = options
  const { created, id, model, run } = identity
  const head = JSON.stringify({ id, object: "chat.completion.chunk", created, model, system_fingerprint: null }).slice(
    0,
    -1
  )
  // Where usage was asked for, it is null in all chunks but the last.
  const tail = includeUsage ? `,"usage":null` : ""
  const known = Array.from({ length: choices }, () => new Set<number>())
  const ended = new Map<number, TurnUsage>()

  const chunk = (choice: number, delta: Delta, finish: string | null = null, extra = ""): string =>
    `data: ${head},"choices":[{"index":${choice},"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}]${tail}${extra}}\n\n`

  const toolCall = (choice: number, call: Extract<TurnEvent, { readonly _tag: "ToolCallDelta" }>): Delta => {
    const { id, index, name, ...rest } = call
    const isFirst = known[choice]?.has(index) !== true
    known[choice]?.add(index)
    return {
      tool_calls: [
        {
          index,
          ...(id === undefined ? {} : { id }),
          ...(isFirst ? { type: "function" as const } : {}),
          function: { ...(name === undefined ? {} : { name }), arguments: rest.arguments }
        }
      ]
    }
  }

  const usageChunk = (usage: TurnUsage): string =>
    `data: ${head},"choices":[],"usage":${JSON.stringify(usageView(usage))},"siku":${JSON.stringify(noteOf(run, usage))}}\n\n`

  const finish = (choice: number, { reason, usage }: Extract<TurnEvent, { readonly _tag: "Finish" }>): string => {
    ended.set(choice, usage)
    const end = chunk(choice, {}, finishView[reason])
    if (ended.size < choices) return end
    return `${end}${includeUsage ? usageChunk(sumOfTurns([...ended.values()])) : ""}data: [DONE]\n\n`
  }

  const frameOf = (event: TurnEvent): string => {
    const { choice = 0 } = event
    switch (event._tag) {
      case "TextDelta":
        return chunk(choice, { content: event.text })
      case "ReasoningDelta":
        return chunk(choice, { reasoning_content: event.text })
      case "ToolCallDelta":
        return chunk(choice, toolCall(choice, event))
      case "Progress":
        return chunk(choice, {}, null, `,"siku":${JSON.stringify(progressView(event.event))}`)
      case "Finish":
        return finish(choice, event)
    }
  }

  const numbers = [...known.keys()]

  return {
    /** Comes before everything else. */
    first: numbers.map((choice) => chunk(choice, { role: "assistant", content: "" })).join(""),
    /** Says that the connection lives; of a choice that has not ended. */
    heartbeat: (): string => chunk(numbers.find((choice) => !ended.has(choice)) ?? 0, {}),
    frameOf,
    /** Whether the end was written. */
    isOver: (): boolean => ended.size === choices,
    /** In place of an end. */
    error: (error: OpenAiError): string => `data: ${JSON.stringify(openAiErrorBody(error))}\n\n`
  }
}

const progressView = ({ event, run, seq }: LoggedEvent) => ({
  run,
  seq,
  type: event.type,
  ...("thread" in event && event.thread !== undefined ? { thread: event.thread } : {}),
  ...("step" in event ? { step: event.step } : {})
})

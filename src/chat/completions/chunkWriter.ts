import type { OpenAiError } from "../../platform/ErrorForm.ts"
import { openAiErrorBody } from "../../platform/ErrorForm.ts"
import type { LoggedEvent } from "../../thinking/ThoughtEvent.ts"
import type { TurnEvent, TurnUsage } from "../Turn.ts"
import type { CompletionChunk } from "./Completion.ts"
import type { Identity } from "./Identity.ts"
import { finishView, noteOf, usageView } from "./usageView.ts"

type Delta = CompletionChunk["choices"][number]["delta"]

/**
 * Writes a turn as the frames of a streamed completion. Every chunk has the same head, which is written once; after the last
 * event come the usage, where it was asked for, and `[DONE]`.
 */
export const makeChunkWriter = (identity: Identity, options: { readonly includeUsage: boolean }) => {
  const { created, id, model, run } = identity
  const head = JSON.stringify({ id, object: "chat.completion.chunk", created, model, system_fingerprint: null }).slice(
    0,
    -1
  )
  // Where usage was asked for, it is null in all chunks but the last.
  const tail = options.includeUsage ? `,"usage":null` : ""
  const known = new Set<number>()

  const chunk = (delta: Delta, finish: string | null = null, extra = ""): string =>
    `data: ${head},"choices":[{"index":0,"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}]${tail}${extra}}\n\n`

  const toolCall = ({ id, index, name, ...rest }: Extract<TurnEvent, { readonly _tag: "ToolCallDelta" }>): Delta => {
    const isFirst = !known.has(index)
    known.add(index)
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

  const frameOf = (event: TurnEvent): string => {
    switch (event._tag) {
      case "TextDelta":
        return chunk({ content: event.text })
      case "ReasoningDelta":
        return chunk({ reasoning_content: event.text })
      case "ToolCallDelta":
        return chunk(toolCall(event))
      case "Progress":
        return chunk({}, null, `,"siku":${JSON.stringify(progressView(event.event))}`)
      case "Finish":
        return `${chunk({}, finishView[event.reason])}${options.includeUsage ? usageChunk(event.usage) : ""}data: [DONE]\n\n`
    }
  }

  return {
    /** Comes before everything else. */
    first: chunk({ role: "assistant", content: "" }),
    /** Says that the connection lives. */
    heartbeat: chunk({}),
    frameOf,
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

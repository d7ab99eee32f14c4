// Streams of chunks, and what is left of a reply when its events are put together.
import { Result } from "effect"
import type { ChatEvent, FinishReason, Usage } from "../../../src/providers/ChatModel.ts"
import { makeStreamReader } from "../../../src/providers/openai/StreamReader.ts"
import type { ProviderErrorReason } from "../../../src/providers/ProviderError.ts"

export const done = "[DONE]"

/** A chunk with one choice; what stands beside the choices is `rest`. */
export const chunk = (delta: unknown, finishReason: string | null = null, rest: object = {}): string =>
  JSON.stringify({
    id: "chatcmpl-BwoiPTGRbKkY5rncfaM0s9KtWrq5N",
    object: "chat.completion.chunk",
    created: 1753357673,
    model: "m",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...rest
  })

/** A chunk that says nothing but that the reply is finished. */
export const finish = (reason: string, rest: object = {}): string => chunk({}, reason, rest)

/** Everything that a stream of these data gives, to the end of its body, or the reason that ends it. */
export const read = (
  datas: ReadonlyArray<string>,
  event = "message"
): Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason> => {
  const reader = makeStreamReader()
  const events: Array<ChatEvent> = []
  for (const data of datas) {
    const given = reader.push({ event, data })
    if (Result.isFailure(given)) return given
    events.push(...given.success)
  }
  return Result.map(reader.end(), (last) => [...events, ...last])
}

/** What a stream comes to. */
export interface Folded {
  text: string
  reasoning: string
  readonly toolCalls: Array<{ id: string; name: string; arguments: string }>
  usage: Usage | undefined
  finish: FinishReason | undefined
}

/** The whole that events amount to. Fails the test where the events keep no order. */
export const fold = (events: ReadonlyArray<ChatEvent>): Folded => {
  const folded: Folded = { text: "", reasoning: "", toolCalls: [], usage: undefined, finish: undefined }
  for (const event of events) {
    if (folded.finish !== undefined) throw new Error(`${event._tag} after Finish`)
    switch (event._tag) {
      case "TextDelta":
        folded.text += event.text
        break
      case "ReasoningDelta":
        folded.reasoning += event.text
        break
      case "ToolCallDelta": {
        const open = folded.toolCalls[event.index]
        if (open !== undefined) open.arguments += event.arguments
        else if (event.index !== folded.toolCalls.length) throw new Error(`a gap before call ${event.index}`)
        else folded.toolCalls.push({ id: event.id ?? "?", name: event.name ?? "?", arguments: event.arguments })
        break
      }
      case "UsageReported":
        if (folded.usage !== undefined) throw new Error("usage twice")
        folded.usage = event.usage
        break
      case "Finish":
        folded.finish = event.reason
    }
  }
  return folded
}

/** What a stream of these data comes to; fails the test when it fails. */
export const reply = (datas: ReadonlyArray<string>): Folded => fold(Result.getOrThrow(read(datas)))

/** The reason that ends a stream of these data; fails the test when none does. */
export const failure = (datas: ReadonlyArray<string>, event?: string): ProviderErrorReason =>
  Result.getOrThrow(Result.flip(read(datas, event)))

/** A text cut at these places, which may lie anywhere. */
export const pieces = (text: string, cuts: ReadonlyArray<number>): ReadonlyArray<string> => {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  return [...places, text.length].map((end, at) => text.slice(places[at - 1] ?? 0, end))
}

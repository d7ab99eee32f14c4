// Bodies and events in the forms that https://platform.claude.com/docs shows.
import { Result } from "effect"
import { anthropicFamily } from "../../../src/providers/anthropic/Family.ts"
import type { ChatEvent } from "../../../src/providers/ChatModel.ts"
import type { ProviderErrorReason } from "../../../src/providers/ProviderError.ts"

const counts = {
  input_tokens: 12,
  cache_creation_input_tokens: 3,
  cache_read_input_tokens: 5,
  cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 0 },
  output_tokens: 29,
  output_tokens_details: { thinking_tokens: 7 },
  server_tool_use: null,
  service_tier: "standard",
  inference_geo: "global"
}

/** `counts`, as we say it. */
export const usage = {
  promptTokens: 20,
  completionTokens: 29,
  cachedTokens: 5,
  cacheWriteTokens: 3,
  reasoningTokens: 7,
  estimated: false
}

/** A whole message with these blocks. */
export const message = (content: unknown, stopReason: string | null = "end_turn", rest: object = {}): string =>
  JSON.stringify({
    model: "claude-sonnet-5",
    id: "msg_01VdEjxAP5ahtHKrrRdNBteQ",
    type: "message",
    role: "assistant",
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    stop_details: null,
    usage: counts,
    ...rest
  })

/** The data of an event. */
export const event = (type: string, rest: object = {}): string => JSON.stringify({ type, ...rest })

export const messageStart = event("message_start", {
  message: {
    id: "msg_01QC4g3HwBThD4BaNtBckFDJ",
    type: "message",
    role: "assistant",
    content: [],
    model: "claude-sonnet-5",
    stop_reason: null,
    stop_sequence: null,
    usage: { ...counts, output_tokens: 1, output_tokens_details: null }
  }
})

/** A block from its start to its stop. */
export const block = (index: number, contentBlock: object, deltas: ReadonlyArray<object>): ReadonlyArray<string> => [
  event("content_block_start", { index, content_block: contentBlock }),
  ...deltas.map((delta) => event("content_block_delta", { index, delta })),
  event("content_block_stop", { index })
]

export const textBlock = (index: number, texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  block(
    index,
    { type: "text", text: "" },
    texts.map((text) => ({ type: "text_delta", text }))
  )

/** The counts in it leave out what the start has told, as the documentation has it. */
export const messageDelta = (stopReason: string, rest: object = {}): string =>
  event("message_delta", {
    delta: { stop_reason: stopReason, stop_sequence: null, ...rest },
    usage: { output_tokens: 29, input_tokens: null, output_tokens_details: { thinking_tokens: 7 } }
  })

export const messageStop = event("message_stop")

/** Everything that a stream of these data gives, to the end of its body, or the reason that ends it. */
export const read = (datas: ReadonlyArray<string>): Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason> => {
  const reader = anthropicFamily.makeStreamReader()
  const events: Array<ChatEvent> = []
  for (const data of datas) {
    const given = reader.push({ event: "message", data })
    if (Result.isFailure(given)) return given
    events.push(...given.success)
  }
  return Result.map(reader.end(), (last) => [...events, ...last])
}

/** The reason that ends a stream of these data; fails the test when none does. */
export const failure = (datas: ReadonlyArray<string>): ProviderErrorReason =>
  Result.getOrThrow(Result.flip(read(datas)))

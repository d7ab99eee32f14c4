// What whole and streamed messages have in common.
import { randomUUID } from "node:crypto"
import type { FinishReason } from "../../providers/ChatModel.ts"
import type { TurnEvent, TurnUsage } from "../Turn.ts"
import type { CountsView, MessageView, Stop } from "./MessageViews.ts"

type Finish = Extract<TurnEvent, { readonly _tag: "Finish" }>

/** A new message's id. */
export const newMessageId = (): string => `msg_${randomUUID().replaceAll("-", "")}`

/** Clients send it back with the thinking and expect one; there is nothing in it to be checked. */
export const signatureOf = (messageId: string): string => `siku-${messageId}`

/** Why a message ended. Platforms other than Anthropic only say that it stopped, and not at which stop sequence: that is an `end_turn`. */
export const stopOf = ({
  reason,
  stopSequence
}: Pick<Finish, "reason" | "stopSequence">): Pick<MessageView, "stop_reason" | "stop_sequence"> =>
  stopSequence === undefined
    ? { stop_reason: stopReasonOf(reason), stop_sequence: null }
    : { stop_reason: "stop_sequence", stop_sequence: stopSequence }

const stopReasonOf = (reason: FinishReason): Stop => {
  switch (reason) {
    case "stop":
    case "other":
      return "end_turn"
    case "length":
      return "max_tokens"
    case "tool_calls":
      return "tool_use"
    case "filter":
      return "refusal"
  }
}

/** What a turn took, as Anthropic counts it. */
export const countsOf = (
  usage: Pick<TurnUsage, "cachedTokens" | "cacheWriteTokens" | "completionTokens" | "promptTokens" | "reasoningTokens">
): CountsView => ({
  input_tokens: Math.max(0, usage.promptTokens - usage.cachedTokens - usage.cacheWriteTokens),
  cache_creation_input_tokens: usage.cacheWriteTokens,
  cache_read_input_tokens: usage.cachedTokens,
  output_tokens: usage.completionTokens,
  output_tokens_details: { thinking_tokens: usage.reasoningTokens },
  server_tool_use: null
})

/** A message without what it says and why it ended. */
export const envelopeOf = (
  id: string,
  model: string,
  counts: CountsView
): Omit<MessageView, "content" | "stop_reason" | "stop_sequence"> => ({
  id,
  type: "message",
  role: "assistant",
  model,
  stop_details: null,
  container: null,
  diagnostics: null,
  usage: { ...counts, cache_creation: null, inference_geo: null, service_tier: null, speed: null }
})

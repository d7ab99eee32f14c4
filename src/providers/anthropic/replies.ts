// What whole and streamed replies have in common.
import type { FinishReason, Usage } from "../ChatModel.ts"
import { ContentFiltered, Malformed, type ProviderErrorReason } from "../ProviderError.ts"
import type { Stop, Usage as WireUsage } from "./Wire.ts"

/** Why a reply ended, in our words. */
export const finishReasonOf = (stop: Stop): FinishReason => {
  switch (stop.stop_reason) {
    case "end_turn":
    case "stop_sequence":
      return "stop"
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length"
    case "tool_use":
      return "tool_calls"
    case "refusal":
      return "filter"
    default:
      return "other"
  }
}

/** Which of the request's stop sequences ended a reply, if one did. */
export const stopSequenceOf = ({ stop_reason, stop_sequence }: Stop): { readonly stopSequence?: string } =>
  stop_reason === "stop_sequence" && typeof stop_sequence === "string" ? { stopSequence: stop_sequence } : {}

/** The reason behind a reply without text or calls. */
export const emptyReply = (stop: Stop, usage: Usage | undefined): ProviderErrorReason =>
  stop.stop_reason === "refusal"
    ? new ContentFiltered({ detail: stop.stop_details?.explanation ?? "the model refused", usage })
    : new Malformed({ detail: `an empty reply (stop_reason ${stop.stop_reason ?? "none"})`, usage })

/** What was used; `undefined` where nothing was counted. */
export const usageOf = (usage: WireUsage): Usage | undefined =>
  Object.keys(usage).length === 0
    ? undefined
    : {
        // Anthropic counts what it read from and wrote to its cache apart from the rest of the prompt.
        promptTokens:
          (usage.input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
        completionTokens: usage.output_tokens ?? 0,
        cachedTokens: usage.cache_read_input_tokens ?? 0,
        reasoningTokens: usage.output_tokens_details?.thinking_tokens ?? 0,
        estimated: false
      }

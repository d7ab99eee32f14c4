// What whole and streamed replies have in common.
import { Predicate } from "effect"
import { countIn, usageOfCounts } from "../accounting/reportedUsage.ts"
import type { FinishReason, Usage } from "../ChatModel.ts"
import { ContentFiltered, Malformed, type ProviderErrorReason } from "../ProviderError.ts"
import type { Stop } from "./Wire.ts"

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

/** What a message or an event tells of tokens, field by field; nothing that is null. */
export const countsIn = (usage: unknown): Counts =>
  Predicate.isObject(usage) ? Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null)) : {}
export type Counts = Readonly<Record<string, unknown>>

/** What was used; `undefined` where nothing was counted, or what cannot be. */
export const usageOf = (counts: Counts): Usage | undefined => {
  const input = countIn(counts["input_tokens"])
  const output = countIn(counts["output_tokens"])
  if (input === undefined && output === undefined) return undefined
  const cached = countIn(counts["cache_read_input_tokens"]) ?? 0
  const written = countIn(counts["cache_creation_input_tokens"]) ?? 0
  const forAnHour = countIn(countsIn(counts["cache_creation"])["ephemeral_1h_input_tokens"]) ?? 0
  return usageOfCounts({
    // Anthropic counts what it read from and wrote to its cache apart from the rest of the prompt.
    promptTokens: (input ?? 0) + cached + written,
    completionTokens: output ?? 0,
    cachedTokens: cached,
    cacheWriteTokens: written,
    ...(forAnHour === 0 ? {} : { hourCacheWriteTokens: forAnHour }),
    reasoningTokens: countIn(countsIn(counts["output_tokens_details"])["thinking_tokens"]) ?? 0
  })
}

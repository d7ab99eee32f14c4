// What whole and streamed replies have in common.
import { Predicate } from "effect"
import { completionBy, countIn, usageOfCounts } from "../accounting/reportedUsage.ts"
import type { FinishReason, ToolCall, Usage } from "../ChatModel.ts"
import { ContentFiltered, Malformed, type ProviderErrorReason } from "../ProviderError.ts"
import { callId } from "./callId.ts"
import type { GenerateContentResponse, Part } from "./Wire.ts"

const filters = new Set([
  "SAFETY",
  "RECITATION",
  "PROHIBITED_CONTENT",
  "BLOCKLIST",
  "SPII",
  "IMAGE_SAFETY",
  "IMAGE_PROHIBITED_CONTENT",
  "IMAGE_RECITATION"
])

// The model wrote a call that is none; the next attempt may do better.
const failures = new Set(["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE"])

/** Why a response holds no reply and never will, if so. */
export const refusalOf = (response: GenerateContentResponse): ProviderErrorReason | undefined => {
  const blocked = response.promptFeedback?.blockReason
  if (blocked !== undefined && blocked !== null) {
    return new ContentFiltered({ detail: `the prompt was blocked (${blocked})` })
  }
  const finish = response.candidates?.[0]?.finishReason
  return finish !== undefined && finish !== null && failures.has(finish)
    ? new Malformed({ detail: `the model failed (${finish})` })
    : undefined
}

/** The reason behind a reply without text or calls. */
export const emptyReply = (finish: string | undefined, usage: Usage | undefined): ProviderErrorReason =>
  finish !== undefined && filters.has(finish)
    ? new ContentFiltered({ detail: `the reply was withheld (${finish})`, usage })
    : new Malformed({ detail: `an empty reply (finishReason ${finish ?? "none"})`, usage })

/** Gemini says STOP also where it stops to have its tools called. */
export const finishReasonOf = (finish: string | undefined, calls: number): FinishReason => {
  if (finish !== undefined && filters.has(finish)) return "filter"
  if (finish === "MAX_TOKENS") return "length"
  if (finish !== "STOP") return "other"
  return calls > 0 ? "tool_calls" : "stop"
}

/** The call in a part, whole as Gemini always sends it. */
export const toolCallOf = (
  call: NonNullable<Part["functionCall"]>,
  responseId: string | undefined,
  index: number
): ToolCall => ({
  id: call.id ?? callId(responseId, index),
  name: call.name,
  arguments: JSON.stringify(call.args ?? {})
})

/** What was used so far; `undefined` where nothing was counted, or what cannot be. A count of nothing is left out. */
export const usageOf = (usage: unknown): Usage | undefined => {
  if (!Predicate.isObject(usage)) return undefined
  const { cachedContentTokenCount, candidatesTokenCount, promptTokenCount, thoughtsTokenCount } = usage
  if (promptTokenCount === undefined && candidatesTokenCount === undefined) return undefined
  const prompt = (countIn(promptTokenCount) ?? 0) + (countIn(usage["toolUsePromptTokenCount"]) ?? 0)
  const said = countIn(candidatesTokenCount) ?? 0
  const thoughts = countIn(thoughtsTokenCount)
  // the candidates' count is without the thoughts, which are paid for as output
  const completion = said + (thoughts ?? 0)
  const whole = completionBy({ prompt, completion, reasoning: 0, total: countIn(usage["totalTokenCount"]) })
  return usageOfCounts({
    promptTokens: prompt,
    completionTokens: whole,
    cachedTokens: countIn(cachedContentTokenCount) ?? 0,
    cacheWriteTokens: 0,
    reasoningTokens: whole - said
  })
}

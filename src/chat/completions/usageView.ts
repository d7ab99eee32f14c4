import { sumOfCosts } from "../../providers/accounting/price.ts"
import { sumOfUsage } from "../../providers/accounting/usage.ts"
import type { FinishReason } from "../../providers/ChatModel.ts"
import type { TurnUsage } from "../Turn.ts"
import type { Completion, CompletionUsage } from "./Completion.ts"

export const usageView = (usage: TurnUsage): CompletionUsage => ({
  prompt_tokens: usage.promptTokens,
  completion_tokens: usage.completionTokens,
  total_tokens: usage.promptTokens + usage.completionTokens,
  prompt_tokens_details: { cached_tokens: usage.cachedTokens },
  completion_tokens_details: { reasoning_tokens: usage.reasoningTokens }
})

export const noteOf = (run: string | undefined, { cost, estimated }: TurnUsage): Completion["siku"] => ({
  run: run ?? null,
  cost: cost ?? null,
  estimated
})

/** What all choices together took: the prompt as often as it was sent, for so often it was paid for. */
export const sumOfTurns = (usages: ReadonlyArray<TurnUsage>): TurnUsage => ({
  ...sumOfUsage(usages),
  cost: sumOfCosts(usages.map(({ cost }) => cost))
})

/**
 * OpenAI has no word for other ends than these. A reply that broke off is an error and has none: `other` is an end in a platform's own
 * words.
 */
export const finishView: Readonly<Record<FinishReason, Completion["choices"][number]["finish_reason"]>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  filter: "content_filter",
  other: "stop"
}

import { Predicate } from "effect"
import { completionBy, costIn, countIn, usageOfCounts } from "../accounting/reportedUsage.ts"
import type { Usage } from "../ChatModel.ts"

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (Predicate.isObject(value) ? value : {})

/** Tokens as the platform reports them; `undefined` where it reports none, or what cannot be. */
export const readUsage = (reported: unknown): Usage | undefined => {
  const usage = fieldsOf(reported)
  const ofPrompt = fieldsOf(usage["prompt_tokens_details"])
  const ofCompletion = fieldsOf(usage["completion_tokens_details"])
  const prompt = countIn(usage["prompt_tokens"])
  const completion = countIn(usage["completion_tokens"])
  if (prompt === undefined || completion === undefined) return undefined
  const cached =
    countIn(ofPrompt["cached_tokens"]) ??
    // DeepSeek; Moonshot; gateways to Anthropic
    countIn(usage["prompt_cache_hit_tokens"]) ??
    countIn(usage["cached_tokens"]) ??
    countIn(usage["cache_read_input_tokens"]) ??
    0
  const written =
    countIn(ofPrompt["cache_write_tokens"]) ??
    // Model Studio; gateways to Anthropic
    countIn(ofPrompt["cache_creation_input_tokens"]) ??
    countIn(usage["cache_creation_input_tokens"]) ??
    0
  const total = countIn(usage["total_tokens"])
  const reasoning = countIn(ofCompletion["reasoning_tokens"])
  // Gateways that hand on Anthropic's counts have what was cached beside the prompt.
  const beside = cached + written > prompt && (total ?? prompt) !== prompt + completion ? cached + written : 0
  const whole = completionBy({ prompt: prompt + beside, completion, reasoning: reasoning ?? 0, total })
  const toldCost = toldCostIn(usage)
  return usageOfCounts({
    promptTokens: prompt + beside,
    completionTokens: whole,
    cachedTokens: cached,
    cacheWriteTokens: written,
    // What only the total tells of was thought.
    reasoningTokens: reasoning ?? whole - completion,
    ...(toldCost === undefined ? {} : { toldCost })
  })
}

/** OpenRouter: its own charge in `cost`, and beside it, where the key of another platform was used there, what that one takes. */
const toldCostIn = (usage: Fields): number | undefined => {
  const cost = costIn(usage["cost"])
  if (cost === undefined || usage["is_byok"] !== true) return cost
  return cost + (costIn(fieldsOf(usage["cost_details"])["upstream_inference_cost"]) ?? 0)
}

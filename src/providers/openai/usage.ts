import { Option, Schema } from "effect"
import type { Usage } from "../ChatModel.ts"
import * as Wire from "./Wire.ts"

const decode = Schema.decodeUnknownOption(Wire.Usage)

/** Tokens as the platform reports them; `undefined` where it reports none, or nothing that can be read. */
export const readUsage = (reported: unknown): Usage | undefined => {
  if (reported === undefined || reported === null) return undefined
  const usage = Option.getOrUndefined(decode(reported))
  const prompt = usage?.prompt_tokens ?? undefined
  const completion = usage?.completion_tokens ?? undefined
  if (usage === undefined || (prompt === undefined && completion === undefined)) return undefined
  return {
    promptTokens: prompt ?? 0,
    completionTokens: completion ?? 0,
    cachedTokens:
      usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    estimated: false
  }
}

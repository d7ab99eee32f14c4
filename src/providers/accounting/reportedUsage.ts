// Tokens as platforms tell them. They are numbers from outside: what is no count is taken for nothing told, and an estimate stands in.
import type { Usage } from "../ChatModel.ts"

/** More than any model reads or writes in one go. */
const mostTokens = 10_000_000
/** In USD; no call comes near. */
const highestCost = 10_000

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= mostTokens

/** A count that is told; `undefined` where none is, and NaN, which makes a sum NaN, where what is told is no count. */
export const countIn = (value: unknown): number | undefined => {
  if (value === undefined || value === null) return undefined
  // the zero of JSON's -0 has no sign here
  return isCount(value) ? value + 0 : Number.NaN
}

/**
 * All tokens behind the prompt. Some platforms count what was thought beside the completion, and the total decides: what it is above
 * prompt and completion was written, too. Without one, more thoughts than there is completion are beside it.
 */
export const completionBy = (counts: {
  readonly prompt: number
  readonly completion: number
  readonly reasoning: number
  readonly total: number | undefined
}): number => {
  const { completion, prompt, reasoning, total } = counts
  if (Number.isNaN(total)) return Number.NaN
  if (total !== undefined && total > prompt + completion) return total - prompt
  return reasoning > completion ? completion + reasoning : completion
}

/**
 * The counts as a usage. `undefined` where they cannot be: a count that is none, one beyond its bounds, or a prompt of nothing, as
 * servers report it that do not count.
 */
export const usageOfCounts = (counts: Omit<Usage, "estimated">): Usage | undefined => {
  const { cacheWriteTokens, cachedTokens, completionTokens, hourCacheWriteTokens = 0, promptTokens } = counts
  const reasoningTokens = Math.min(counts.reasoningTokens, completionTokens)
  const all = [promptTokens, completionTokens, cachedTokens, cacheWriteTokens, hourCacheWriteTokens, reasoningTokens]
  if (!all.every(isCount) || promptTokens === 0) return undefined
  return { ...counts, reasoningTokens, estimated: false }
}

/** A cost that is told in USD, in whole micro-USD, rounded up; `undefined` where none is, or what is told cannot be. */
export const costIn = (value: unknown): number | undefined =>
  typeof value === "number" && value >= 0 && value <= highestCost
    ? Math.ceil(Number((value * 1e6).toFixed(6)))
    : undefined

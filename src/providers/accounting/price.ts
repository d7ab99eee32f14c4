import type { Price } from "../../platform/config/Settings.ts"
import type { Usage } from "../ChatModel.ts"
import type { CostSource } from "./CostSource.ts"
import type { TokensAtMost } from "./tokensAtMost.ts"

/** The price of a model: its own, else the one for every model (`*`). */
export const priceOf = (prices: ReadonlyMap<string, Price>, model: string): Price | undefined =>
  prices.get(model) ?? prices.get("*")

const isNothing = ({ completionTokens, promptTokens }: Usage): boolean => promptTokens === 0 && completionTokens === 0

/**
 * What a request cost, in whole micro-USD, rounded up: what its platform says, else its tokens by the price. Nothing costs nothing,
 * whatever the price. `undefined` where no price is known.
 */
export const costOf = (price: Price | undefined, usage: Usage): number | undefined => {
  if (usage.toldCost !== undefined) return usage.toldCost
  if (isNothing(usage)) return 0
  if (price === undefined) return undefined
  const { completionTokens, promptTokens } = usage
  // No part is more than the whole.
  const written = Math.min(usage.cacheWriteTokens, promptTokens)
  const forAnHour = Math.min(usage.hourCacheWriteTokens ?? 0, written)
  const cached = Math.min(usage.cachedTokens, promptTokens - written)
  const cacheWrite = price.cacheWrite ?? price.input
  const exact =
    (promptTokens - cached - written) * price.input +
    cached * (price.cachedInput ?? price.input) +
    (written - forAnHour) * cacheWrite +
    forAnHour * (price.hourCacheWrite ?? cacheWrite) +
    completionTokens * price.output
  // Sums of decimal fractions end in noise that must not cost a micro-dollar.
  return Math.ceil(Number(exact.toFixed(6)))
}

/** Where `costOf` has it from; `undefined` where it has none. */
export const sourceOf = (price: Price | undefined, usage: Usage): CostSource | undefined => {
  if (usage.toldCost !== undefined) return "platform"
  if (price === undefined && !isNothing(usage)) return undefined
  return usage.estimated ? "estimate" : "prices"
}

/** All of them together; unknown as soon as one is. */
export const sumOfCosts = (costs: Iterable<number | undefined>): number | undefined => {
  let sum = 0
  for (const cost of costs) {
    if (cost === undefined) return undefined
    sum += cost
  }
  return sum
}

const leastSure: ReadonlyArray<CostSource> = ["estimate", "prices", "platform"]

/** Where a sum comes from: the least sure of all that cost something; unknown as soon as one is. */
export const sourceOfSum = (
  parts: ReadonlyArray<{ readonly cost: number | undefined; readonly costSource: CostSource | undefined }>
): CostSource | undefined => {
  if (parts.some(({ cost }) => cost === undefined)) return undefined
  const sources = new Set(parts.filter(({ cost }) => cost !== 0).map(({ costSource }) => costSource))
  return leastSure.find((source) => sources.has(source)) ?? parts.at(-1)?.costSource ?? "prices"
}

/** What so many tokens cost at most, in whole micro-USD: all of the prompt at the dearest price that it may have. */
export const costAtMost = (price: Price, { completion, prompt }: TokensAtMost): number => {
  const { cacheWrite = 0, cachedInput = 0, hourCacheWrite = 0, input, output } = price
  return Math.ceil(prompt * Math.max(input, cachedInput, cacheWrite, hourCacheWrite) + completion * output)
}

import type { Price } from "../../platform/config/Settings.ts"
import type { Usage } from "../ChatModel.ts"
import type { TokensAtMost } from "./tokensAtMost.ts"

/** The price of a model: its own, else the one for every model (`*`). */
export const priceOf = (prices: ReadonlyMap<string, Price>, model: string): Price | undefined =>
  prices.get(model) ?? prices.get("*")

/** What tokens cost, in whole micro-USD, rounded up; nothing costs nothing, whatever the price. */
export const costOf = (price: Price | undefined, usage: Usage): number | undefined => {
  if (usage.promptTokens === 0 && usage.completionTokens === 0) return 0
  if (price === undefined) return undefined
  const cached = Math.min(usage.cachedTokens, usage.promptTokens)
  const exact =
    (usage.promptTokens - cached) * price.input +
    cached * (price.cachedInput ?? price.input) +
    usage.completionTokens * price.output
  // Sums of decimal fractions end in noise that must not cost a micro-dollar.
  return Math.ceil(Number(exact.toFixed(6)))
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

/** What so many tokens cost at most, in whole micro-USD: none of them from a cache, unless that is dearer. */
export const costAtMost = (price: Price, { completion, prompt }: TokensAtMost): number =>
  Math.ceil(prompt * Math.max(price.input, price.cachedInput ?? 0) + completion * price.output)

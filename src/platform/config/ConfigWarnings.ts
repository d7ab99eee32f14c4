import { Duration } from "effect"
import type { AiSettings, DecodedSettings } from "./Settings.ts"
import { unpricedModels } from "./unpricedModels.ts"

/** What can be used but hardly means what somebody wanted, in words. */
export const oddities = (settings: DecodedSettings, ai: AiSettings): ReadonlyArray<string> => [
  ...(Duration.isGreaterThan(settings.answering.deadline, settings.answering.limit)
    ? ["answering.deadline is longer than answering.limit: no caller waits that long"]
    : []),
  ...(settings.cache.type === "redis" ? ["cache.type redis is not in use yet, memory is used"] : []),
  ...(settings.security.secretKey === undefined
    ? []
    : ["security.secret_key is not used: tokens are signed with keys that Siku makes"]),
  ...withoutPrices(settings, ai)
]

/** A budget in money cannot hold where nobody knows what a call costs. */
const withoutPrices = ({ thinking }: DecodedSettings, ai: AiSettings): ReadonlyArray<string> => {
  const unpriced = thinking.budget.usd === undefined ? [] : unpricedModels(ai)
  return unpriced.length === 0
    ? []
    : [`thinking.budget.usd: nothing is thought through by models without a price: ${unpriced.join(", ")}`]
}

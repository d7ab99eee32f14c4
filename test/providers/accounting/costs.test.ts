import { assert, describe, it } from "@effect/vitest"
import { readPrices } from "../../../src/platform/config/Prices.ts"
import { costOf, priceOf, sourceOf } from "../../../src/providers/accounting/price.ts"
import { noUsage } from "../../../src/providers/accounting/usage.ts"
import { countsIn, usageOf } from "../../../src/providers/anthropic/replies.ts"
import { usageOf as geminiUsageOf } from "../../../src/providers/gemini/replies.ts"
import { readUsage } from "../../../src/providers/openai/usage.ts"

const table = readPrices({
  "*": { input: 1, cached_input: 0.1, cache_write: 1.25, cache_write_1h: 2, output: 4 }
})
const price = priceOf(table?.prices ?? new Map(), "m")
const tokens = (prompt_tokens: number, completion_tokens: number, more: object = {}) =>
  readUsage({ prompt_tokens, completion_tokens, ...more })

describe("what a request costs", () => {
  it("counts thoughts beside the completion by the total, or where they are more than the completion", () => {
    const reasoning = { completion_tokens_details: { reasoning_tokens: 2809 } }
    const cached = { prompt_tokens_details: { cached_tokens: 128 } }
    const beside = tokens(10_120, 1499, { total_tokens: 14_428, ...reasoning, ...cached })
    assert.deepInclude(beside, { promptTokens: 10_120, completionTokens: 4308, reasoningTokens: 2809 })
    assert.strictEqual(costOf(price, beside ?? noUsage), 27_237)
    assert.strictEqual(
      tokens(10, 5, { total_tokens: 15, completion_tokens_details: { reasoning_tokens: 3 } })?.completionTokens,
      5
    )
    assert.strictEqual(tokens(10, 5, reasoning)?.completionTokens, 2814)
    // Only the total tells of them; a total of nothing tells nothing.
    assert.deepInclude(tokens(10, 5, { total_tokens: 40 }), { completionTokens: 30, reasoningTokens: 25 })
    assert.strictEqual(tokens(10, 5, { total_tokens: 0 })?.completionTokens, 5)
    const gemini = { promptTokenCount: 20, candidatesTokenCount: 5, thoughtsTokenCount: 30 }
    assert.deepInclude(geminiUsageOf(gemini), { completionTokens: 35, reasoningTokens: 30 })
    const untold = { promptTokenCount: 20, candidatesTokenCount: 5, totalTokenCount: 55 }
    assert.deepInclude(geminiUsageOf(untold), { completionTokens: 35, reasoningTokens: 30 })
  })

  it("has its own prices for what is read from a cache and what is put there, for minutes or an hour", () => {
    const counts = {
      input_tokens: 20,
      cache_creation_input_tokens: 4000,
      cache_read_input_tokens: 1000,
      output_tokens: 30
    }
    const usage = usageOf(countsIn(counts))
    assert.deepInclude(usage, { promptTokens: 5020, cachedTokens: 1000, cacheWriteTokens: 4000 })
    assert.strictEqual(costOf(price, usage ?? noUsage), 20 + 100 + 5000 + 120)
    const forAnHour = usageOf(countsIn({ ...counts, cache_creation: { ephemeral_1h_input_tokens: 4000 } }))
    assert.strictEqual(costOf(price, forAnHour ?? noUsage), 20 + 100 + 8000 + 120)
    const written = tokens(5020, 30, { prompt_tokens_details: { cached_tokens: 1000, cache_write_tokens: 4000 } })
    assert.strictEqual(costOf(price, written ?? noUsage), 20 + 100 + 5000 + 120)
    assert.strictEqual(costOf({ input: 1, output: 4 }, usage ?? noUsage), 5020 + 120)
  })

  it("is what the platform says, rounded up, with what another platform takes where its key was used", () => {
    const told = tokens(20, 10, { cost: 0.0000123 })
    assert.strictEqual(costOf(price, told ?? noUsage), 13)
    assert.strictEqual(sourceOf(price, told ?? noUsage), "platform")
    const byok = tokens(20, 10, { cost: 0.000001, is_byok: true, cost_details: { upstream_inference_cost: 0.00002 } })
    assert.strictEqual(costOf(price, byok ?? noUsage), 21)
    for (const cost of [-1, Number.NaN, 1e300, "0.5"]) {
      const usage = tokens(20, 10, { cost })
      assert.strictEqual(costOf(price, usage ?? noUsage), 60)
      assert.strictEqual(sourceOf(price, usage ?? noUsage), "prices")
    }
  })
})

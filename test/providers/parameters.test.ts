import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { presets } from "../../src/platform/config/Presets.ts"
import { parametersFor } from "../../src/providers/openai/parameters.ts"

const sent = (preset: string, model: string, wanted: { readonly temperature?: number; readonly maxTokens?: number }) =>
  parametersFor(Option.getOrThrow(Option.fromUndefinedOr(presets.get(preset))), model, {
    temperature: wanted.temperature,
    maxTokens: wanted.maxTokens
  })

describe("parametersFor", () => {
  it("sends only what somebody set", () => assert.deepStrictEqual(sent("deepseek", "deepseek-flash", {}), {}))

  it("calls the token limit what the model calls it, and drops what the model refuses", () => {
    const wanted = { temperature: 0.2, maxTokens: 500 }
    assert.deepStrictEqual(sent("openai", "gpt-5.4-mini", wanted), { max_completion_tokens: 500 })
    assert.deepStrictEqual(sent("openai", "gpt-4.1", wanted), { temperature: 0.2, max_tokens: 500 })
    assert.deepStrictEqual(sent("moonshot", "kimi-k3", wanted), { max_tokens: 500 })
  })

  it("keeps within the platform's limits", () => {
    assert.deepStrictEqual(sent("siliconflow", "x", { maxTokens: 100_000 }), { max_tokens: 16_384 })
    assert.deepStrictEqual(sent("ali_bailian", "x", { temperature: 2 }), { temperature: 1.99 })
    assert.deepStrictEqual(sent("zhipu", "x", { temperature: 1.7 }), { temperature: 1 })
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { presets } from "../../src/platform/config/Presets.ts"
import { parametersFor, type WantedParameters } from "../../src/providers/parameters.ts"

const sent = (preset: string, model: string, wanted: WantedParameters) =>
  parametersFor(Option.getOrThrow(Option.fromUndefinedOr(presets.get(preset))), model, wanted)

describe("parametersFor", () => {
  it("sends only what somebody set", () => {
    assert.deepStrictEqual(sent("deepseek", "deepseek-flash", {}), {})
    assert.deepStrictEqual(sent("openrouter", "x", { temperature: undefined, topP: 0 }), { top_p: 0 })
    assert.deepStrictEqual(sent("openrouter", "x", { presencePenalty: -2, frequencyPenalty: 0 }), {
      presence_penalty: -2,
      frequency_penalty: 0
    })
  })

  it("calls the token limit what the model calls it, and drops what the model refuses", () => {
    const wanted = { temperature: 0.2, topP: 0.5, presencePenalty: 1, frequencyPenalty: 1, maxTokens: 500 }
    const all = { temperature: 0.2, top_p: 0.5, presence_penalty: 1, frequency_penalty: 1 }
    assert.deepStrictEqual(sent("openai", "gpt-5.4-mini", wanted), { max_completion_tokens: 500 })
    assert.deepStrictEqual(sent("openai", "gpt-4.1", wanted), { ...all, max_tokens: 500 })
    assert.deepStrictEqual(sent("custom", "o3-mini", wanted), { max_completion_tokens: 500 })
    assert.deepStrictEqual(sent("openrouter", "openai/o3", wanted), { ...all, max_tokens: 500 })
    assert.deepStrictEqual(sent("moonshot", "kimi-k3", { temperature: 0.2, topP: 0.5, maxTokens: 500 }), {
      max_tokens: 500
    })
    assert.deepStrictEqual(sent("moonshot", "moonshot-v1-8k", { temperature: 0.2 }), { temperature: 0.2 })
  })

  it("keeps within the platform's limits", () => {
    assert.deepStrictEqual(sent("siliconflow", "x", { maxTokens: 100_000 }), { max_tokens: 16_384 })
    assert.deepStrictEqual(sent("ali_bailian", "x", { temperature: 2 }), { temperature: 1.99 })
    assert.deepStrictEqual(sent("ali_bailian", "x", { topP: 0 }), { top_p: 0.01 })
    assert.deepStrictEqual(sent("ali_bailian", "x", { topP: 1, temperature: 0 }), { top_p: 0.99, temperature: 0 })
    assert.deepStrictEqual(sent("zhipu", "x", { temperature: 1.7 }), { temperature: 1 })
    assert.deepStrictEqual(sent("siliconflow", "x", { maxTokens: 100 }), { max_tokens: 100 })
  })
})

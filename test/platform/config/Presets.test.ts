import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { presets, PresetsFile } from "../../../src/platform/config/Presets.ts"

describe("the presets", () => {
  it("are all providers that are known, in the order of preference", () => {
    assert.deepStrictEqual(
      [...presets.keys()],
      [
        "siliconflow",
        "ali_bailian",
        "zhipu",
        "google",
        "openai",
        "deepseek",
        "moonshot",
        "volcengine",
        "openrouter",
        "anthropic",
        "ollama",
        "custom"
      ]
    )
  })

  it("have addresses to which a path can be added", () => {
    for (const { baseUrl, key } of presets.values()) {
      if (baseUrl === null) continue
      assert.isTrue(URL.canParse(baseUrl), key)
      assert.notMatch(baseUrl, /\/$/, key)
    }
  })

  it("know the quirks of the models that refuse common parameters", () => {
    const openai = presets.get("openai")
    assert.deepStrictEqual(openai?.tokenParameter.models[0]?.prefixes, ["o1", "o3", "o4", "gpt-5"])
    assert.include(openai?.droppedParameters[0]?.parameters ?? [], "temperature")
    assert.strictEqual(presets.get("deepseek")?.tokenParameter.default, "max_tokens")
    assert.strictEqual(presets.get("siliconflow")?.maxTokensLimit, 16_384)
    assert.strictEqual(presets.get("zhipu")?.errorCodes["1113"], "NoBalance")
  })

  it("are refused when a quirk is misspelt", () => {
    const decode = Schema.decodeUnknownResult(PresetsFile, { onExcessProperty: "error" })
    const entry = { name: "X", family: "openai", base_url: null, model: null, homepage: null }
    assert.isTrue(Result.isSuccess(decode({ x: entry })))
    assert.isTrue(Result.isFailure(decode({ x: { ...entry, models_endpoints: false } })))
  })
})

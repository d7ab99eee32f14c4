import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { presets } from "../../../src/platform/config/Presets.ts"
import { variablePart } from "../../../src/platform/config/Setting.ts"
import { CONFIG_FILE, type Given, load, loadProblems, problemAt, valuesOf } from "./support.ts"

const providersOf = (given: Given) => Effect.map(load(given), ({ ai }) => ai.providers)

const idsOf = (given: Given) => Effect.map(providersOf(given), (providers) => providers.map(({ id }) => id))

const supported = [...presets.values()]

describe("a provider from the environment", () => {
  for (const preset of supported)
    it.effect(`${preset.key} is set up by its variables`, () =>
      Effect.gen(function* () {
        const prefix = variablePart(preset.key)
        const [provider, ...others] = yield* providersOf({
          environment: {
            [`${prefix}_API_KEY`]: "key",
            [`${prefix}_MODEL`]: "some-model",
            [`${prefix}_BASE_URL`]: "https://example.org/v1/"
          }
        })
        assert.deepStrictEqual(others, [])
        assert.strictEqual(provider?.id, preset.key)
        assert.strictEqual(provider?.preset, preset)
        assert.strictEqual(provider?.name, preset.name)
        assert.strictEqual(provider?.model, "some-model")
        assert.strictEqual(provider?.baseUrl, "https://example.org/v1")
        assert.deepStrictEqual(valuesOf(provider?.apiKeys ?? []), ["key"])
      })
    )

  for (const preset of supported.filter(({ baseUrl, model }) => baseUrl !== null && model !== null))
    it.effect(`${preset.key} needs no more than its key`, () =>
      Effect.gen(function* () {
        const [provider] = yield* providersOf({ environment: { [`${variablePart(preset.key)}_API_KEY`]: "key" } })
        assert.strictEqual(provider?.model, preset.model)
        assert.strictEqual(provider?.baseUrl, preset.baseUrl)
      })
    )

  it.effect("is known under the names of its variables that other programs use", () =>
    Effect.gen(function* () {
      const ids = yield* idsOf({
        environment: { DASHSCOPE_API_KEY: "a", ZHIPUAI_API_KEY: "b", ARK_API_KEY: "c", VOLCENGINE_MODEL: "d" }
      })
      assert.deepStrictEqual(ids, ["ali_bailian", "zhipu", "volcengine"])
    })
  )

  it.effect("needs no key where the preset needs none", () =>
    Effect.gen(function* () {
      const [ollama, custom] = yield* providersOf({
        environment: { OLLAMA_MODEL: "m", CUSTOM_BASE_URL: "http://127.0.0.1:1/v1", CUSTOM_MODEL: "n" }
      })
      assert.strictEqual(ollama?.baseUrl, "http://127.0.0.1:11434/v1")
      assert.deepStrictEqual(ollama?.apiKeys, [])
      assert.strictEqual(custom?.model, "n")
    })
  )

  it.effect("ranks in the order of the presets, whatever the order of the variables", () =>
    Effect.gen(function* () {
      const environment = { OPENROUTER_API_KEY: "a", DEEPSEEK_API_KEY: "b", SILICONFLOW_API_KEY: "c" }
      assert.deepStrictEqual(yield* idsOf({ environment }), ["siliconflow", "deepseek", "openrouter"])
    })
  )

  it.effect("is left out with a warning when there is an address but no key", () =>
    Effect.gen(function* () {
      const { ai, warnings } = yield* load({ environment: { OPENAI_BASE_URL: "https://example.org/v1" } })
      assert.deepStrictEqual(ai.providers, [])
      assert.deepStrictEqual(warnings, ["ai.providers: left out, as there is no api_key for them: openai"])
    })
  )

  it.effect("of any id is set up by the general variables", () =>
    Effect.gen(function* () {
      const [provider] = yield* providersOf({
        environment: {
          SIKU_AI_PROVIDERS_MY_SERVER_PRESET: "custom",
          SIKU_AI_PROVIDERS_MY_SERVER_BASE_URL: "http://127.0.0.1:1/v1",
          SIKU_AI_PROVIDERS_MY_SERVER_MODEL: "m",
          SIKU_AI_PROVIDERS_MY_SERVER_MAX_TOKENS: "100"
        }
      })
      assert.strictEqual(provider?.id, "my_server")
      assert.strictEqual(provider?.maxTokens, 100)
    })
  )
})

describe("a provider of the file", () => {
  it.effect("comes before those of the environment, and is completed by it", () =>
    Effect.gen(function* () {
      const [first, second] = yield* providersOf({
        config: { ai: { providers: { zhipu: { api_key: "", model: "from-file" } } } },
        environment: { SILICONFLOW_API_KEY: "a", ZHIPU_API_KEY: "b" }
      })
      assert.strictEqual(first?.id, "zhipu")
      assert.strictEqual(first?.model, "from-file")
      assert.deepStrictEqual(valuesOf(first?.apiKeys ?? []), ["b"])
      assert.strictEqual(second?.id, "siliconflow")
    })
  )

  it.effect("with an id of its own takes the key of its preset from the environment, where it has none", () =>
    Effect.gen(function* () {
      const providers = yield* providersOf({
        config: { ai: { providers: { one: { preset: "deepseek" }, two: { preset: "deepseek", api_key: "own" } } } },
        environment: { DEEPSEEK_API_KEY: "shared", SIKU_AI_PROVIDERS_TWO_MODEL: "m" }
      })
      assert.deepStrictEqual(
        providers.map(({ apiKeys, id, model }) => [id, ...valuesOf(apiKeys), model]),
        [
          ["one", "shared", presets.get("deepseek")?.model],
          ["two", "own", "m"]
        ]
      )
    })
  )

  it.effect("with the id of a preset is the only one that the variables of the preset mean", () =>
    Effect.gen(function* () {
      const providers = yield* providersOf({
        config: { ai: { providers: { deepseek: { api_key: "old" }, other: { preset: "deepseek" } } } },
        environment: { DEEPSEEK_API_KEY: "new" }
      })
      assert.deepStrictEqual(
        providers.map(({ apiKeys, id }) => [id, ...valuesOf(apiKeys)]),
        [["deepseek", "new"]]
      )
    })
  )

  it.effect("may have its address under api_url, and with the path of the endpoint", () =>
    Effect.gen(function* () {
      const providers = yield* providersOf({
        config: {
          ai: {
            providers: {
              deepseek: { api_key: "k", api_url: "https://a.example/v1/chat/completions" },
              zhipu: { api_key: "k", api_url: "https://ignored.example", base_url: "https://b.example/v1/" },
              openai: { api_key: "k", api_url: "https://c.example/v1", base_url: "" },
              moonshot: { api_key: "k", base_url: "https://d.example/v1", api_url: "https://ignored.example" }
            }
          }
        }
      })
      assert.deepStrictEqual(
        providers.map(({ baseUrl }) => baseUrl),
        ["https://a.example/v1", "https://b.example/v1", "https://c.example/v1", "https://d.example/v1"]
      )
    })
  )

  it.effect("is not used when it is switched off, not even with a key from the environment", () =>
    Effect.gen(function* () {
      const config = { ai: { providers: { deepseek: { enabled: "false" } } } }
      assert.deepStrictEqual(yield* idsOf({ config, environment: { DEEPSEEK_API_KEY: "k" } }), [])
    })
  )

  it.effect("has its own time limit, or the common one", () =>
    Effect.gen(function* () {
      const providers = yield* providersOf({
        config: { ai: { timeout: 7, providers: { deepseek: { timeout: "9" }, zhipu: {} } } },
        environment: { DEEPSEEK_API_KEY: "a", ZHIPU_API_KEY: "b" }
      })
      assert.deepStrictEqual(
        providers.map(({ timeout }) => Duration.toSeconds(timeout)),
        [9, 7]
      )
    })
  )
})

describe("the default provider", () => {
  const environment = { DEEPSEEK_API_KEY: "a", SILICONFLOW_API_KEY: "b", ZHIPU_API_KEY: "c" }

  it.effect("comes first, the others keep their order", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* idsOf({ environment, flags: { set: ["ai.default_provider=deepseek"] } }), [
        "deepseek",
        "siliconflow",
        "zhipu"
      ])
    })
  )

  it.effect("that has no key is a problem, as is one that is switched off or not configured", () =>
    Effect.gen(function* () {
      const defaultProblem = (entry: unknown) =>
        Effect.map(loadProblems({ config: { ai: { default_provider: "deepseek", providers: entry } } }), (problems) =>
          problemAt(problems, "ai.default_provider")
        )
      const withoutKey = yield* defaultProblem({ deepseek: { api_key: "" } })
      assert.strictEqual(withoutKey.found, '"deepseek", which has no api_key')
      assert.include(withoutKey.remedy ?? "", "DEEPSEEK_API_KEY")
      const disabled = yield* defaultProblem({ deepseek: { api_key: "k", enabled: false } })
      assert.strictEqual(disabled.found, '"deepseek", which is not enabled')
      const absent = yield* defaultProblem({})
      assert.strictEqual(absent.found, '"deepseek", which is not configured')
      assert.include(absent.remedy ?? "", "DEEPSEEK_API_KEY")
      const misspelt = yield* defaultProblem({ deepseak: { preset: "deepseek", api_key: "k" } })
      assert.strictEqual(misspelt.remedy, "did you mean deepseak?")
    })
  )

  it.effect("whose settings cannot be read is not reported a second time", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({
        config: { ai: { default_provider: "deepseek", providers: { deepseek: { api_key: 5, model: "m" } } } }
      })
      assert.deepStrictEqual(
        problems.map(({ found, path }) => [path, found]),
        [["ai.providers.deepseek.api_key", "a number"]]
      )
    })
  )
})

describe("a provider that cannot be used", () => {
  it.effect("with an unknown preset is told all presets, and the one that was probably meant", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({
        config: {
          ai: {
            providers: { main: { preset: "depseek", api_key: "k" }, qianfan: { api_key: "k", base_url: "https://q" } }
          }
        }
      })
      const misspelt = problemAt(problems, "ai.providers.main.preset")
      assert.strictEqual(misspelt.found, '"depseek"')
      assert.strictEqual(misspelt.allowed, `one of ${[...presets.keys()].join(", ")}`)
      assert.include(misspelt.remedy ?? "", "did you mean deepseek?")
      const without = problemAt(problems, "ai.providers.qianfan.preset")
      assert.strictEqual(without.found, "nothing, and qianfan is not the key of one")
      assert.include(without.remedy ?? "", "preset custom")
    })
  )

  it.effect("lacks a model or an address that its preset does not know", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({
        config: { ai: { providers: { custom: { model: "m" } } } },
        environment: { ARK_API_KEY: "k" }
      })
      const address = problemAt(problems, "ai.providers.custom.base_url")
      assert.strictEqual(address.source, CONFIG_FILE)
      assert.include(address.remedy ?? "", "CUSTOM_BASE_URL")
      const model = problemAt(problems, "ai.providers.volcengine.model")
      assert.strictEqual(model.source, "environment variable ARK_API_KEY")
      assert.include(model.remedy ?? "", "VOLCENGINE_MODEL")
    })
  )

  it.effect("has an id that could not be part of a model's name", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({ flags: { set: ["ai.providers.a/b.model=m"] } })
      assert.strictEqual(problemAt(problems, "ai.providers.a/b.model").found, '"a/b"')
    })
  )
})

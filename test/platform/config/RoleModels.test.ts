import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { fileURLToPath } from "node:url"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import { roles } from "../../../src/platform/config/Roles.ts"
import type { Settings } from "../../../src/platform/config/Settings.ts"
import { CONFIG_FILE, type Given, load, loadProblems, problemAt, valuesOf, written } from "./support.ts"

const folder = fileURLToPath(new URL(".", import.meta.url))

const chainsOf = ({ ai }: Settings) =>
  Object.fromEntries(roles.map((role) => [role, written(ai.roles[role].chain).join(" ")]))

/** Each provider with the preset it follows, its address, and its keys. */
const providersOf = ({ ai }: Settings) =>
  ai.providers.map(({ apiKeys, baseUrl, id, preset }) => [id, preset.key, baseUrl, valuesOf(apiKeys).join(",")])

const withModels = (models: unknown, environment = {}, others = {}): Given => ({
  config: { ...others, models },
  environment
})

describe("the configuration of a service that reasons in threads", () => {
  const environment = {
    MAIN_MODEL_API_KEY: "k-main",
    PLANNER_API_KEY: "k-planner",
    HTTP_TIMEOUT: "90",
    HTTP_MAX_CONNECTIONS: "50",
    HTTP_RETRY_ATTEMPTS: "3"
  }
  const loaded = AppConfig.load({
    environment,
    flags: { config: "reasoningService.yaml", home: "/srv/data" },
    cwd: folder
  }).pipe(Effect.provide(NodeServices.layer))

  it.effect("is taken as a whole: its models become providers and roles", () =>
    Effect.gen(function* () {
      const settings = yield* loaded
      assert.deepStrictEqual(providersOf(settings), [
        ["thinker", "deepseek", "https://api.deepseek.com/v1", "k-main"],
        ["planner", "ali_bailian", "https://dashscope.aliyuncs.com/compatible-mode/v1", "k-planner"],
        ["summarizer", "custom", "http://192.168.1.5:8080/v1", ""]
      ])
      assert.deepStrictEqual(chainsOf(settings), {
        answer: "thinker planner summarizer",
        predict: "thinker planner summarizer",
        planner: "planner",
        thinker: "thinker",
        summarizer: "summarizer",
        challenger: "summarizer/local-large",
        voter: "thinker/deepseek-chat",
        fusion: "thinker/deepseek-chat"
      })
      assert.deepStrictEqual(
        settings.ai.providers.map(({ model }) => model),
        ["deepseek-reasoner", "qwen-plus", "qwen3-4b"]
      )
      const sampling = roles.map((role) => [settings.ai.roles[role].temperature, settings.ai.roles[role].maxTokens])
      assert.deepStrictEqual(sampling, [
        [undefined, undefined],
        [undefined, undefined],
        [0.3, 2000],
        [0.7, 4000],
        [undefined, 500],
        [undefined, undefined],
        [0.1, undefined],
        [0.5, undefined]
      ])
    })
  )

  it.effect("says in its own words what is thought, tested, remembered and put together", () =>
    Effect.gen(function* () {
      const { ai, thinking } = yield* loaded
      assert.strictEqual(thinking.threads.max, 3)
      assert.strictEqual(thinking.maxSteps, 12)
      assert.strictEqual(thinking.stepMaxLength, 1500)
      const { challengers, enabled, maxRevisions, passThreshold, timeout, voters } = thinking.validation
      assert.deepStrictEqual([enabled, challengers, voters, passThreshold, maxRevisions], [true, 2, 5, 0.5, 2])
      assert.deepStrictEqual(timeout, Duration.seconds(45))
      assert.strictEqual(thinking.context.preserveRecentSteps, 3)
      assert.strictEqual(thinking.context.summaryCompressionTarget, 0.4)
      assert.strictEqual(thinking.fusion.strategy, "concat")
      const [provider] = ai.providers
      assert.deepStrictEqual(provider?.timeout, Duration.seconds(90))
      assert.strictEqual(provider?.concurrency, 50)
      assert.strictEqual(provider?.maxRetries, 3)
    })
  )

  it.effect("warns about what has no effect, and about nothing else", () =>
    Effect.gen(function* () {
      const { file, warnings } = yield* loaded
      assert.deepStrictEqual(warnings, [
        `${file}: unknown setting server.workers is ignored`,
        `${file}: unknown setting logging.file is ignored`
      ])
    })
  )
})

describe("the models of roles", () => {
  it.effect(
    "share a provider where address and key are the same, and have one of their own where the key differs",
    () =>
      Effect.gen(function* () {
        const api_url = "https://example.org/v1/chat/completions"
        const settings = yield* load(
          withModels(
            {
              planner: { model: "p", api_url },
              thinker: { model: "t", api_url },
              fusion: { model: "f", api_url: "https://EXAMPLE.org/v1" },
              validator: { model: "v", api_url }
            },
            { PLANNER_MODEL_API_KEY: "one", FUSION_API_KEY: "one", VALIDATION_MODEL_API_KEY: "two" }
          )
        )
        assert.deepStrictEqual(providersOf(settings), [
          ["planner", "custom", "https://example.org/v1", "one"],
          ["voter", "custom", "https://example.org/v1", "two"]
        ])
        const { fusion, planner, thinker, voter } = chainsOf(settings)
        assert.deepStrictEqual([thinker, planner, fusion, voter], ["planner", "planner/p", "planner/f", "voter"])
      })
  )

  it.effect("ask a provider of the file that is at their address, when they bring no key", () =>
    Effect.gen(function* () {
      const others = {
        ai: {
          providers: { deepseek: { api_key: "k" }, mine: { preset: "custom", base_url: "http://h/v1", model: "m" } }
        }
      }
      const settings = yield* load(
        withModels(
          {
            thinker: { name: "r", api_url: "https://api.deepseek.com/v1/" },
            voter: { api_url: "http://h/v1/chat/completions" }
          },
          {},
          others
        )
      )
      assert.deepStrictEqual(
        settings.ai.providers.map(({ id }) => id),
        ["deepseek", "mine"]
      )
      assert.strictEqual(chainsOf(settings)["thinker"], "deepseek/r")
      assert.strictEqual(chainsOf(settings)["voter"], "mine")
    })
  )

  it.effect("take the key of the platform from the environment as any other provider of the file", () =>
    Effect.gen(function* () {
      const settings = yield* load(
        withModels({ thinker: { api_url: "https://api.deepseek.com/v1" } }, { DEEPSEEK_API_KEY: "k" })
      )
      assert.deepStrictEqual(providersOf(settings), [["thinker", "deepseek", "https://api.deepseek.com/v1", "k"]])
    })
  )

  it.effect("are those of the default provider where no address is given", () =>
    Effect.gen(function* () {
      const settings = yield* load(withModels({ thinker: { model: "r" }, planner: {} }, { DEEPSEEK_API_KEY: "k" }))
      assert.strictEqual(chainsOf(settings)["thinker"], "deepseek/r")
      assert.strictEqual(chainsOf(settings)["answer"], "deepseek")
    })
  )

  it.effect("give way to ai.roles and to the names of this house, with a warning", () =>
    Effect.gen(function* () {
      const settings = yield* load(
        withModels(
          {
            thinker: { model: "a", temperature: 1 },
            main_thinker: { model: "b" },
            voter: { model: "v", api_url: "http://h/v1" }
          },
          { DEEPSEEK_API_KEY: "k" },
          { ai: { roles: { voter: { models: ["deepseek"] }, thinker: { temperature: 0 } } } }
        )
      )
      assert.strictEqual(chainsOf(settings)["thinker"], "deepseek/a")
      assert.strictEqual(chainsOf(settings)["voter"], "deepseek")
      assert.strictEqual(settings.ai.roles.thinker.temperature, 0)
      assert.deepStrictEqual(settings.warnings, [
        `${CONFIG_FILE}: models.main_thinker is ignored, as models.thinker is set`,
        `${CONFIG_FILE}: models.voter does not choose the model, as ai.roles.voter.models does`
      ])
    })
  )

  it.effect("do not take the id of another provider", () =>
    Effect.gen(function* () {
      const settings = yield* load(
        withModels(
          { planner: { model: "m", api_url: "http://h/v1" } },
          {},
          {
            ai: { providers: { planner: { preset: "custom", base_url: "http://other/v1", model: "x" } } }
          }
        )
      )
      assert.strictEqual(chainsOf(settings)["planner"], "planner-model")
    })
  )

  it.effect("are refused where they cannot be read, by the place that they were written at", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems(
        withModels({ planner: "gpt", thinker: { api_url: 5 }, voter: { api_url: "no address", temperature: 9 } })
      )
      assert.strictEqual(
        problemAt(problems, "models.planner").remedy,
        "write its settings under it, such as api_url and model"
      )
      assert.strictEqual(problemAt(problems, "models.thinker.api_url").found, "5")
      assert.strictEqual(problemAt(problems, "ai.providers.voter.base_url").source, `${CONFIG_FILE}, models.voter`)
      assert.strictEqual(problemAt(problems, "ai.roles.voter.temperature").source, `${CONFIG_FILE}, models.voter`)
      assert.strictEqual(problems.length, 4)
      assert.strictEqual(problemAt(yield* loadProblems(withModels("gpt")), "models").allowed, "a group of settings")
    })
  )

  it.effect("keep their keys to themselves", () =>
    Effect.gen(function* () {
      const canary = "canary 7f3a9c"
      const wrong = withModels(
        {
          planner: canary,
          fusion: { api_url: `http://u:${canary}@h/v1`, api_key: canary },
          voter: { api_url: "http://h", model: "m" }
        },
        { VALIDATION_API_KEY: canary }
      )
      const problems = yield* loadProblems(wrong)
      assert.deepStrictEqual(problems.map(({ path }) => path).toSorted(), [
        "ai.providers.fusion.api_key",
        "ai.providers.fusion.base_url",
        "ai.providers.voter.api_key",
        "models.planner"
      ])
      assert.strictEqual(
        problemAt(problems, "ai.providers.voter.api_key").source,
        "environment variable VALIDATION_API_KEY"
      )
      assert.notInclude(JSON.stringify(problems), "7f3a9c")
      const right = withModels({ fusion: { api_url: "http://h/v1", model: "m", api_key: "canary7f3a9c" } })
      assert.notInclude(JSON.stringify(yield* load(right)), "7f3a9c")
    })
  )

  it.effect("are warned about where they are unknown, with the one that was probably meant", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load(withModels({ planer: {}, fusion: { temprature: 1, role: "x" } }))
      assert.deepStrictEqual(warnings, [
        `${CONFIG_FILE}: unknown setting models.planer (did you mean planner?) is ignored`,
        `${CONFIG_FILE}: unknown setting models.fusion.temprature (did you mean temperature?) is ignored`
      ])
    })
  )
})

describe("the demo model", () => {
  it.effect("keeps its name from every other provider", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({
        config: { ai: { providers: { demo: { preset: "openai", api_key: "k" } } } }
      })
      assert.strictEqual(problemAt(problems, "ai.providers.demo").allowed, "another id")
    })
  )
})

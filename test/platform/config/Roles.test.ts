import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { roles } from "../../../src/platform/config/Roles.ts"
import { CONFIG_FILE, type Given, load, loadProblems, problemAt, written } from "./support.ts"

const key = { api_key: "k" }

const withAi = (providers: unknown, ai = {}): Given => ({ config: { ai: { ...ai, providers } } })

const chainOf = (given: Given) => Effect.map(load(given), ({ ai }) => written(ai.roles.answer.chain).join(" "))

describe("the chain of a role", () => {
  const all = { deepseek: key, zhipu: key, openai: key }

  it.effect("is the default provider and then the others, in their order", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* chainOf(withAi(all)), "deepseek zhipu openai")
      assert.strictEqual(yield* chainOf(withAi(all, { default_provider: "openai" })), "openai deepseek zhipu")
      const { ai } = yield* load(withAi(all))
      for (const role of roles) assert.deepStrictEqual(ai.roles[role].chain, ai.roles.answer.chain)
    })
  )

  it.effect("is the default provider alone where ai.fallback is off", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* chainOf(withAi(all, { fallback: false })), "deepseek")
    })
  )

  it.effect("follows the fallback of the default provider, and of those it leads to, instead of all others", () =>
    Effect.gen(function* () {
      const providers = {
        deepseek: { ...key, fallback: ["openai/gpt-x", "moonshot"] },
        zhipu: key,
        openai: { ...key, fallback: "openrouter/a/b/c" },
        moonshot: key,
        openrouter: key
      }
      for (const fallback of [true, false])
        assert.strictEqual(
          yield* chainOf(withAi(providers, { fallback })),
          "deepseek openai/gpt-x openrouter/a/b/c moonshot"
        )
      const none = { ...all, deepseek: { ...key, fallback: [] } }
      assert.strictEqual(yield* chainOf(withAi(none)), "deepseek")
    })
  )

  it.effect("follows the fallbacks of the others where the default provider has none of its own", () =>
    Effect.gen(function* () {
      const providers = { ...all, zhipu: { ...key, fallback: ["openai/x", "deepseek/y"] } }
      assert.strictEqual(yield* chainOf(withAi(providers)), "deepseek zhipu openai/x deepseek/y openai")
    })
  )

  it.effect("is exactly what the role names, without fallbacks, each model once", () =>
    Effect.gen(function* () {
      const providers = { ...all, zhipu: { ...key, model: "own", fallback: ["openai"] } }
      const given = withAi(providers, { roles: { answer: { models: "zhipu, zhipu/other,zhipu/own, deepseek" } } })
      assert.strictEqual(yield* chainOf(given), "zhipu zhipu/other deepseek")
      const { ai } = yield* load(given)
      assert.deepStrictEqual(written(ai.roles.predict.chain), ["deepseek", "zhipu", "openai"])
      assert.strictEqual(yield* chainOf(withAi(all, { roles: { answer: { models: [] } } })), "deepseek zhipu openai")
    })
  )

  it.effect("is that of the thinker for the other parts of thinking, where they name no models", () =>
    Effect.gen(function* () {
      const { ai } = yield* load(
        withAi(all, {
          roles: { thinker: { models: ["openai/o"] }, voter: { models: ["zhipu"] }, fusion: { models: [] } }
        })
      )
      const chains = Object.fromEntries(roles.map((role) => [role, written(ai.roles[role].chain).join(" ")]))
      assert.deepStrictEqual(chains, {
        answer: "deepseek zhipu openai",
        predict: "deepseek zhipu openai",
        planner: "openai/o",
        thinker: "openai/o",
        summarizer: "openai/o",
        challenger: "openai/o",
        voter: "zhipu",
        fusion: "openai/o"
      })
    })
  )

  it.effect("names the default provider as default, with another model of it or its own", () =>
    Effect.gen(function* () {
      const models = ["default/x", "zhipu", "default"]
      const given = withAi(all, { default_provider: "openai", roles: { answer: { models } } })
      assert.strictEqual(yield* chainOf(given), "openai/x zhipu openai")
      assert.strictEqual(yield* chainOf(withAi({}, { roles: { answer: { models: ["default/x"] } } })), "")
      const named = { ...all, default: { ...key, preset: "openai" } }
      assert.strictEqual(yield* chainOf(withAi(named, { roles: { answer: { models } } })), "default/x zhipu default")
    })
  )

  it.effect("is set by every source, the highest wins", () =>
    Effect.gen(function* () {
      const given = withAi(all, { roles: { answer: { models: ["deepseek"] } } })
      const environment = { SIKU_AI_ROLES_ANSWER_MODELS: "zhipu,openai" }
      assert.strictEqual(yield* chainOf({ ...given, environment }), "zhipu openai")
      const flags = { set: ["ai.roles.answer.models=openai/gpt-x"] }
      assert.strictEqual(yield* chainOf({ ...given, environment, flags }), "openai/gpt-x")
    })
  )

  it.effect("leaves out a provider that is switched off or has no key, with a warning", () =>
    Effect.gen(function* () {
      const providers = {
        deepseek: { ...key, fallback: ["zhipu", "openai", "moonshot"] },
        zhipu: { ...key, enabled: false, fallback: ["openrouter"] },
        openai: {},
        moonshot: key,
        openrouter: key
      }
      const settings = yield* load(withAi(providers, { roles: { predict: { models: ["openai", "zhipu/x"] } } }))
      assert.deepStrictEqual(written(settings.ai.roles.answer.chain), ["deepseek", "openrouter", "moonshot"])
      assert.deepStrictEqual(settings.ai.roles.predict.chain, [])
      assert.deepStrictEqual(settings.warnings, [
        "ai.providers: left out, as there is no api_key for them: openai",
        "ai.roles.predict.models: openai, which has no api_key, is left out",
        "ai.roles.predict.models: zhipu, which is not enabled, is left out",
        "ai.providers.deepseek.fallback: zhipu, which is not enabled, is left out",
        "ai.providers.deepseek.fallback: openai, which has no api_key, is left out"
      ])
    })
  )

  it.effect("refuses a provider that is not known, with the one that was probably meant", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems(
        withAi(
          { deepseek: { ...key, fallback: ["zhippu/glm"] }, zhipu: { ...key, enabled: false, fallback: "nowhere" } },
          { roles: { answer: { models: ["depseek"] }, predict: { models: ["openai/gpt-x"] } } }
        )
      )
      const misspelt = problemAt(problems, "ai.roles.answer.models")
      assert.strictEqual(misspelt.source, CONFIG_FILE)
      assert.strictEqual(misspelt.found, '"depseek", which is not configured')
      assert.include(misspelt.allowed, "provider/model")
      assert.strictEqual(misspelt.remedy, "did you mean deepseek?")
      assert.include(problemAt(problems, "ai.roles.predict.models").remedy ?? "", "OPENAI_API_KEY")
      assert.strictEqual(problemAt(problems, "ai.providers.deepseek.fallback").remedy, "did you mean zhipu?")
      assert.strictEqual(problemAt(problems, "ai.providers.zhipu.fallback").remedy, "add it under ai.providers")
      assert.strictEqual(problems.length, 4)
    })
  )

  it.effect("does not report a second time what is wrong with a provider", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems(
        withAi({ custom: { model: "m" } }, { roles: { answer: { models: ["custom"] } } })
      )
      assert.deepStrictEqual(
        problems.map(({ path }) => path),
        ["ai.providers.custom.base_url"]
      )
    })
  )

  it.effect("refuses models that are not written as such", () =>
    Effect.gen(function* () {
      for (const models of [["deepseek/"], ["/m"], ["two words"], [5], { deepseek: 1 }, 5, "a//,/"]) {
        const answer = yield* loadProblems(withAi(all, { roles: { answer: { models } } }))
        assert.include(problemAt(answer, "ai.roles.answer.models").remedy ?? "", "ai.providers")
        const fallback = yield* loadProblems(withAi({ deepseek: { ...key, fallback: models } }))
        assert.include(problemAt(fallback, "ai.providers.deepseek.fallback").remedy ?? "", "ai.providers")
      }
    })
  )
})

describe("a fallback that leads back", () => {
  it.effect("is a problem that names the way, also among entries that no chain asks", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({
        ...withAi({
          deepseek: key,
          zhipu: { ...key, enabled: false, fallback: ["openai/x"] },
          openai: { fallback: ["moonshot"] },
          moonshot: { ...key, fallback: ["deepseek", "zhipu/y"] },
          openrouter: { ...key, fallback: ["openrouter/other"] }
        }),
        environment: { SIKU_AI_PROVIDERS_DEEPSEEK_FALLBACK: "openrouter" }
      })
      const long = problemAt(problems, "ai.providers.moonshot.fallback")
      assert.strictEqual(long.found, "a way back: zhipu → openai → moonshot → zhipu")
      assert.strictEqual(long.source, CONFIG_FILE)
      assert.include(long.remedy ?? "", "out of the fallback")
      const itself = problemAt(problems, "ai.providers.openrouter.fallback")
      assert.strictEqual(itself.found, "a way back: openrouter → openrouter")
      assert.strictEqual(problems.length, 2)
    })
  )

  it.effect("is told once for one provider, however many ways there are", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems(
        withAi({
          deepseek: { ...key, fallback: ["zhipu"] },
          zhipu: { ...key, fallback: ["openai"] },
          openai: { ...key, fallback: ["deepseek", "zhipu"] }
        })
      )
      assert.deepStrictEqual(
        problems.map(({ found, path }) => [path, found]),
        [["ai.providers.openai.fallback", "a way back: deepseek → zhipu → openai → deepseek; zhipu → openai → zhipu"]]
      )
    })
  )
})

describe("how a role asks", () => {
  it.effect("is left to the providers and to ai.hedge, unless the role says it", () =>
    Effect.gen(function* () {
      const { ai } = yield* load({
        config: {
          ai: {
            hedge: true,
            roles: {
              answer: { timeout: "7", max_retries: 0, hedge: "no" },
              voter: { temperature: "0", max_tokens: 200 }
            }
          }
        },
        environment: { SIKU_AI_ROLES_PREDICT_MAX_RETRIES: "5" }
      })
      const unset = {
        chain: [],
        timeout: undefined,
        maxRetries: undefined,
        temperature: undefined,
        maxTokens: undefined
      }
      assert.deepStrictEqual(ai.roles.answer, { ...unset, timeout: Duration.seconds(7), maxRetries: 0, hedge: false })
      assert.deepStrictEqual(ai.roles.predict, { ...unset, maxRetries: 5, hedge: true })
      assert.deepStrictEqual(ai.roles.voter, { ...unset, hedge: true, temperature: 0, maxTokens: 200 })
      assert.deepStrictEqual(ai.roles.fusion, { ...unset, hedge: true })
    })
  )
})

describe("the breaker", () => {
  it.effect("is read from all its settings", () =>
    Effect.gen(function* () {
      const { ai } = yield* load({
        config: {
          ai: { breaker_failure_ratio: "0.25", breaker_window: 8, breaker_minimum_calls: 8, breaker_open: 0x3c }
        },
        environment: { SIKU_AI_QUEUE: "0" }
      })
      assert.deepStrictEqual(ai.breaker, {
        failureRatio: 0.25,
        window: 8,
        minimumCalls: 8,
        open: Duration.seconds(60)
      })
      assert.strictEqual(ai.queue, 0)
    })
  )

  it.effect("needs no more calls than it looks at", () =>
    Effect.gen(function* () {
      const both = problemAt(
        yield* loadProblems({ config: { ai: { breaker_minimum_calls: 9, breaker_window: 8 } } }),
        "ai.breaker_minimum_calls"
      )
      assert.strictEqual(both.source, CONFIG_FILE)
      assert.strictEqual(both.found, "9, more calls than ai.breaker_window (8)")
      assert.strictEqual(both.allowed, "no more calls than ai.breaker_window")
      assert.strictEqual(both.remedy, "set ai.breaker_minimum_calls to 8 or less, or ai.breaker_window to 9 or more")
      const window = problemAt(
        yield* loadProblems({ environment: { SIKU_AI_BREAKER_WINDOW: "4" } }),
        "ai.breaker_window"
      )
      assert.strictEqual(window.source, "environment variable SIKU_AI_BREAKER_WINDOW")
      assert.strictEqual(window.found, "4, fewer calls than ai.breaker_minimum_calls (5)")
    })
  )

  it.effect("is not told to contradict a value that cannot be read", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({ config: { ai: { breaker_minimum_calls: 30, breaker_window: "many" } } })
      assert.deepStrictEqual(
        problems.map(({ path }) => path),
        ["ai.breaker_window"]
      )
    })
  )

  it.effect("is not open longer than ten minutes, nor at a ratio that is none", () =>
    Effect.gen(function* () {
      for (const ai of [{ breaker_open: 601 }, { breaker_open: 0 }, { breaker_failure_ratio: 0 }])
        assert.strictEqual((yield* loadProblems({ config: { ai } })).length, 1)
      assert.strictEqual((yield* loadProblems({ config: { ai: { breaker_failure_ratio: 1.01 } } })).length, 1)
    })
  )
})

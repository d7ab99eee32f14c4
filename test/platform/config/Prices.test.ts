import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { CONFIG_FILE, type Given, load, loadProblems, problemAt } from "./support.ts"

const withPrices = (prices: unknown): Given => ({
  config: { ai: { providers: { deepseek: { api_key: "k", prices } } } }
})

const pricesOf = (given: Given) =>
  Effect.map(load(given), ({ ai }): ReadonlyArray<unknown> => [...(ai.providers[0]?.prices ?? [])])

const PLACE = "ai.providers.deepseek.prices"

describe("prices", () => {
  it.effect("are a group of models, of any id that models have", () =>
    Effect.gen(function* () {
      const prices = yield* pricesOf(
        withPrices({
          "deepseek-flash": { input: 0.3, output: "1.2", cached_input: 0.03 },
          "deepseek-ai/DeepSeek-V4.1": { input: 0, output: 0 },
          "qwen3:8b": { input: 1, output: 2, cached_input: null },
          "not-known-yet": null,
          "*": { input: 1e6, output: 5 }
        })
      )
      assert.deepStrictEqual(prices, [
        ["deepseek-flash", { input: 0.3, cachedInput: 0.03, output: 1.2 }],
        ["deepseek-ai/DeepSeek-V4.1", { input: 0, cachedInput: undefined, output: 0 }],
        ["qwen3:8b", { input: 1, cachedInput: undefined, output: 2 }],
        ["*", { input: 1e6, cachedInput: undefined, output: 5 }]
      ])
    })
  )

  it.effect("are written in JSON, in YAML, and as JSON in a variable or flag", () =>
    Effect.gen(function* () {
      const expected = [["a/b.c", { input: 1, cachedInput: undefined, output: 2 }]]
      const text = '{"a/b.c": {"input": 1, "output": 2}}'
      const environment = { DEEPSEEK_API_KEY: "k" }
      const yaml = `ai:\n  providers:\n    deepseek:\n      prices:\n        a/b.c: { input: 1, output: 2 }\n`
      const long = `ai:\n  providers:\n    deepseek:\n      prices:\n        "a/b.c":\n          input: 1\n          output: 2\n`
      for (const given of [
        withPrices({ "a/b.c": { input: 1, output: 2 } }),
        { environment, files: { "/srv/data/config.yaml": yaml } },
        { environment, files: { "/srv/data/config.yaml": long } },
        { environment: { ...environment, SIKU_AI_PROVIDERS_DEEPSEEK_PRICES: text } },
        { environment, flags: { set: [`${PLACE}=${text}`] } }
      ])
        assert.deepStrictEqual(yield* pricesOf(given), expected)
    })
  )

  it.effect("of one source take the place of all those below", () =>
    Effect.gen(function* () {
      const given = withPrices({ a: { input: 1, output: 1 }, b: { input: 2, output: 2 } })
      const prices = yield* pricesOf({
        ...given,
        environment: { SIKU_AI_PROVIDERS_DEEPSEEK_PRICES: '{"b": {"input": 3, "output": 3}}' }
      })
      assert.deepStrictEqual(prices, [["b", { input: 3, cachedInput: undefined, output: 3 }]])
      assert.deepStrictEqual(yield* pricesOf(withPrices({})), [])
    })
  )

  it.effect("that cannot be are each told by their place, what was found, what would do and what to do", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems(
        withPrices({
          "deepseek-flash": { input: -0.3, output: 1 },
          "org/model.v1": { input: "free", output: [1], cached_input: "1e999" },
          "too-much": { input: 1_000_001, output: true },
          half: { input: 1 },
          misspelt: { input: 1, output: 2, cached_inptu: 1 },
          alone: 5,
          " ": { input: 1, output: 2 },
          "two words": { input: -1, output: 2 },
          fine: { input: 1, output: 2 }
        })
      )
      assert.deepStrictEqual(
        problems.map(({ found, path }) => [path, found]),
        [
          [`${PLACE}.deepseek-flash.input`, "-0.3"],
          [`${PLACE}.org/model.v1.input`, '"free"'],
          [`${PLACE}.org/model.v1.output`, "a list of 1 entry"],
          [`${PLACE}.org/model.v1.cached_input`, '"1e999"'],
          [`${PLACE}.too-much.input`, "1000001"],
          [`${PLACE}.too-much.output`, "true"],
          [`${PLACE}.half.output`, "nothing"],
          [`${PLACE}.misspelt.cached_inptu`, "a price that does not exist"],
          [`${PLACE}.alone`, "5"],
          [PLACE, '" "'],
          [`${PLACE}."two words".input`, "-1"]
        ]
      )
      for (const { remedy, source } of problems) {
        assert.strictEqual(source, CONFIG_FILE)
        assert.isAbove(remedy?.length ?? 0, 0)
      }
      const negative = problemAt(problems, `${PLACE}.deepseek-flash.input`)
      assert.strictEqual(negative.allowed, "a number of USD per million tokens from 0 to 1000000")
      assert.include(negative.remedy ?? "", "such as 0.3")
      assert.strictEqual(problemAt(problems, `${PLACE}.misspelt.cached_inptu`).remedy, "did you mean cached_input?")
    })
  )

  it.effect("that are no group at all are told so, with an example", () =>
    Effect.gen(function* () {
      for (const prices of [5, true, ["a"], "cheap", '{"a": ', "[1]", '"text"', "null"]) {
        const problem = problemAt(yield* loadProblems(withPrices(prices)), PLACE)
        assert.include(problem.allowed, "in USD per million tokens")
        assert.include(problem.remedy ?? "", '{"deepseek-flash": {"input":')
      }
    })
  )

  it.effect("cannot reach a prototype", () =>
    Effect.gen(function* () {
      const text = '{"__proto__": {"input": 1, "output": 2}, "m": {"__proto__": {"input": 1}, "input": 1, "output": 2}}'
      const problems = yield* loadProblems(withPrices(text))
      assert.deepStrictEqual(
        problems.map(({ path }) => path),
        [`${PLACE}.m.__proto__`]
      )
      assert.isFalse("input" in {})
    })
  )

  const Price = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))

  it.effect.prop(
    "survive the way through a file and through a variable",
    [Schema.Record(Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9./-]{0,20}$/)), Price)],
    ([amounts]) =>
      Effect.gen(function* () {
        const table = Object.fromEntries(
          Object.entries(amounts).map(([model, amount]) => [model, { input: amount, output: amount }])
        )
        // JSON knows no zero below zero.
        const expected = Object.entries(amounts).map(([model, amount]) => [
          model,
          { input: amount + 0, cachedInput: undefined, output: amount + 0 }
        ])
        assert.deepStrictEqual(yield* pricesOf(withPrices(table)), expected)
        assert.deepStrictEqual(
          yield* pricesOf({
            environment: { DEEPSEEK_API_KEY: "k", SIKU_AI_PROVIDERS_DEEPSEEK_PRICES: JSON.stringify(table) }
          }),
          expected
        )
      })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { settingAt } from "../../../src/platform/config/KnownKeys.ts"
import { settingsTable } from "../../../src/platform/config/SettingsTable.ts"
import { CONFIG_FILE, load, loadProblems, problemAt } from "./support.ts"

/** A group of settings that holds a value at a path. */
const nested = (path: string, value: unknown): unknown =>
  path.split(".").reduceRight((inner: unknown, key) => ({ [key]: inner }), value)

describe("the settings of thinking", () => {
  const elsewhere = settingsTable.flatMap((setting) => setting.elsewhere.map((path) => ({ path, setting })))

  it("have other paths, each of one setting and none the path of another", () => {
    const paths = [...elsewhere.map(({ path }) => path), ...settingsTable.map(({ path }) => path)]
    assert.isAbove(elsewhere.length, 20)
    assert.deepStrictEqual([...new Set(paths)], paths)
    for (const { path, setting } of elsewhere) assert.strictEqual(settingAt(path)?.setting, setting)
  })

  for (const { path, setting } of elsewhere)
    it.effect(`are read from ${path} in the file, which a problem names`, () =>
      Effect.gen(function* () {
        const problems = yield* loadProblems({ config: nested(path, "\u0007") })
        const problem = problemAt(problems, setting.path)
        assert.strictEqual(problem.source, `${CONFIG_FILE}, ${path}`)
        assert.strictEqual(problem.allowed, setting.allowed)
      })
    )

  it.effect("are those of this house where both are given, wherever they stand, with a warning", () =>
    Effect.gen(function* () {
      const { thinking, warnings } = yield* load({
        config: {
          validation: { num_validators: 1, policy: "every" },
          strategies: { fusion: "vote", validation: { num_validators: 2, policy: "early" } },
          fusion: { strategy: "concat" },
          thinking: { num_threads: 9, threads: { max: 4 }, validation: { voters: 7 } }
        }
      })
      assert.strictEqual(thinking.validation.voters, 7)
      assert.strictEqual(thinking.validation.policy, "every")
      assert.strictEqual(thinking.fusion.strategy, "concat")
      assert.strictEqual(thinking.threads.max, 4)
      assert.deepStrictEqual(warnings, [
        `${CONFIG_FILE}: strategies.validation.num_validators is ignored, as validation.num_validators is set`,
        `${CONFIG_FILE}: strategies.validation.policy is ignored, as validation.policy is set`,
        `${CONFIG_FILE}: strategies.fusion is ignored, as fusion.strategy is set`,
        `${CONFIG_FILE}: thinking.num_threads is ignored, as thinking.threads.max is set`,
        `${CONFIG_FILE}: validation.num_validators is ignored, as thinking.validation.voters is set`
      ])
    })
  )

  it.effect("may be a word or a group where other files write either", () =>
    Effect.gen(function* () {
      for (const context of ["window", { strategy: "window" }])
        assert.strictEqual((yield* load({ config: { strategies: { context } } })).thinking.context.strategy, "window")
    })
  )

  it.effect("come from variables and from the command line, in both spellings", () =>
    Effect.gen(function* () {
      const { thinking } = yield* load({
        environment: { SIKU_THINKING_THREADS_MAX: "7", SIKU_THINKING_BUDGET_USD: "0.25" },
        flags: { set: ["thinking.threads.initial=3", "validation.timeout=9", "thinking.budget.deadline=60"] }
      })
      assert.strictEqual(thinking.threads.max, 7)
      assert.strictEqual(thinking.threads.initial, 3)
      assert.deepStrictEqual(thinking.validation.timeout, Duration.seconds(9))
      assert.deepStrictEqual(thinking.budget, { usd: 0.25, deadline: Duration.seconds(60) })
    })
  )

  it.effect("are refused with what they allow", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({
        config: {
          thinking: { mode: "clever" },
          context: { strategy: "all" },
          answering: { think_types: ["essay", "poem"] }
        }
      })
      assert.strictEqual(problemAt(problems, "thinking.mode").allowed, '"direct", "sample", "adaptive" or "fixed"')
      assert.include(problemAt(problems, "thinking.context.strategy").allowed, '"compress"')
      assert.include(problemAt(problems, "answering.think_types").allowed, '"completion"')
    })
  )

  it.effect("warn of models without a price where a budget in money is set", () =>
    Effect.gen(function* () {
      const priced = { api_key: "k", prices: { "*": { input: 1, output: 2 } } }
      const ai = {
        providers: { deepseek: priced, openai: { api_key: "k", model: "m", prices: { n: { input: 1, output: 2 } } } },
        roles: { thinker: { models: ["deepseek", "openai/n"] }, voter: { models: ["openai", "openai/x", "deepseek"] } }
      }
      assert.deepStrictEqual((yield* load({ config: { ai } })).warnings, [])
      const { warnings } = yield* load({ config: { ai, thinking: { budget: { usd: 1 } } } })
      assert.deepStrictEqual(warnings, [
        "thinking.budget.usd: nothing is thought through by models without a price: openai/m, openai/x"
      ])
      const cheap = { ...ai, roles: { thinker: { models: ["deepseek"] } } }
      assert.deepStrictEqual((yield* load({ config: { ai: cheap, thinking: { budget: { usd: 1 } } } })).warnings, [])
    })
  )

  it.effect("read the word off in YAML as a word", () =>
    Effect.gen(function* () {
      const { thinking } = yield* load({
        files: { "/srv/data/config.yaml": "thinking:\n  validation:\n    policy: off\n" }
      })
      assert.strictEqual(thinking.validation.policy, "off")
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"
import type { ReasoningEffort } from "../../src/providers/ChatModel.ts"
import { presetNames, settingsFor, ThinkingOverrides } from "../../src/thinking/presets.ts"
import { ThinkingSettings } from "../../src/thinking/ThinkingSettings.ts"
import { testConfig } from "../support/config.ts"

const isComplete = Schema.is(ThinkingSettings)

const thinkingOf = (...set: ReadonlyArray<string>) =>
  Effect.map(AppConfig, ({ thinking }) => thinking).pipe(Effect.provide(testConfig({ set })))

/** What a name and an effort come to, in short. */
const shapeOf = (
  thinking: Effect.Success<ReturnType<typeof thinkingOf>>,
  model: string,
  effort: ReasoningEffort | undefined = undefined
) => {
  const found = settingsFor(thinking, { model, ...(effort === undefined ? {} : { effort }) })
  if (found === undefined) return undefined
  const { fusion, mode, plan, steps, threads, validation } = found.settings
  return [
    mode,
    plan ? "plan" : "no plan",
    `${threads.initial}/${threads.max}/${threads.quorum} threads`,
    `${steps.max} steps`,
    validation.policy,
    fusion,
    found.through ?? "chain"
  ].join(", ")
}

describe("the names that questions are thought through under", () => {
  const configured = "adaptive, plan, 2/5/2 threads, 20 steps, risk, auto"
  const lite = "adaptive, no plan, 1/2/2 threads, 4 steps, off, auto"
  const max = "adaptive, plan, 3/8/3 threads, 20 steps, every, auto"
  const triple = "fixed, plan, 3/3/2 threads, 20 steps, every, intelligent, chain"
  const demo = "fixed, plan, 3/3/2 threads, 4 steps, every, intelligent, demo"
  const direct = "direct, plan, 2/5/2 threads, 20 steps, risk, auto, chain"

  const table: ReadonlyArray<readonly [string, ReasoningEffort | undefined, string | undefined]> = [
    ["siku", undefined, `${configured}, chain`],
    ["siku-lite", undefined, `${lite}, chain`],
    ["siku-max", undefined, `${max}, chain`],
    ["triple-thread-thinking", undefined, triple],
    ["demo", undefined, demo],
    ["siku:standard@deepseek", undefined, `${configured}, deepseek`],
    ["siku:lite@deepseek/deepseek-flash", undefined, `${lite}, deepseek/deepseek-flash`],
    ["siku:max@openrouter/a/b:free", undefined, `${max}, openrouter/a/b:free`],
    ["siku", "minimal", direct],
    ["siku", "low", `${lite}, chain`],
    ["siku", "medium", `${configured}, chain`],
    ["siku", "high", `${max}, chain`],
    ["siku-lite", "high", `${max}, chain`],
    ["siku-lite", "medium", `${lite}, chain`],
    ["siku-max", "low", `${lite}, chain`],
    ["siku-max", "medium", `${max}, chain`],
    ["triple-thread-thinking", "low", triple],
    ["demo", "minimal", demo],
    ["siku:lite@deepseek", "high", `${max}, deepseek`],
    ["Siku", undefined, undefined],
    ["siku:turbo@deepseek", undefined, undefined],
    ["siku:lite@", undefined, undefined],
    ["siku:lite@/x", undefined, undefined],
    ["siku:lite", undefined, undefined],
    ["deepseek/deepseek-flash", undefined, undefined],
    ["toString", undefined, undefined],
    ["", undefined, undefined]
  ]
  for (const [model, effort, expected] of table)
    it.effect(`${JSON.stringify(model)} with ${effort ?? "no"} effort is ${expected ?? "no name"}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(shapeOf(yield* thinkingOf(), model, effort), expected)
      })
    )

  it.effect("are listed with a sentence each, and are all known", () =>
    Effect.gen(function* () {
      const thinking = yield* thinkingOf()
      assert.deepStrictEqual(
        presetNames.map(({ name }) => name),
        ["siku", "siku-lite", "siku-max", "triple-thread-thinking", "demo"]
      )
      for (const { description, name } of presetNames) {
        assert.match(description, /\.$/)
        assert.isTrue(isComplete(settingsFor(thinking, { model: name })?.settings))
      }
    })
  )
})

describe("how a question is thought through", () => {
  it.effect("follows the configuration", () =>
    Effect.gen(function* () {
      const thinking = yield* thinkingOf(
        "thinking.mode=fixed",
        "thinking.threads.grace=1.5",
        "thinking.validation.timeout=12",
        "thinking.context.preserve_first_step=no",
        "thinking.fusion.strategy=simple_concat",
        "thinking.budget.usd=0.0000014",
        "thinking.budget.deadline=2",
        "thinking.budget.calls=9"
      )
      const found = settingsFor(thinking, { model: "siku" })?.settings
      assert.strictEqual(found?.mode, "fixed")
      assert.strictEqual(found?.threads.grace_ms, 1500)
      assert.strictEqual(found?.validation.timeout_ms, 12_000)
      assert.isFalse(found?.context.preserve_first)
      assert.strictEqual(found?.fusion, "concat")
      assert.deepStrictEqual(found?.budget, { calls: 9, cost: 1, deadline_ms: 2000 })
      assert.strictEqual(settingsFor(thinking, { model: "siku-lite" })?.settings.mode, "adaptive")
    })
  )

  it.effect("never begins with more threads than there may be, nor waits for more", () =>
    Effect.gen(function* () {
      const thinking = yield* thinkingOf("thinking.threads.max=1")
      const threads = settingsFor(thinking, { model: "siku" })?.settings.threads
      assert.deepStrictEqual([threads?.initial, threads?.max, threads?.quorum], [1, 1, 1])
      const overrides = { threads: { max: 2, initial: 7, quorum: 9 } }
      const asked = settingsFor(thinking, { model: "siku", overrides })?.settings.threads
      assert.deepStrictEqual([asked?.initial, asked?.max, asked?.quorum], [2, 2, 2])
    })
  )

  it.effect("tests nothing where validation is switched off, whatever the name", () =>
    Effect.gen(function* () {
      const thinking = yield* thinkingOf("validation.enabled=false")
      for (const { name } of presetNames)
        assert.strictEqual(settingsFor(thinking, { model: name })?.settings.validation.policy, "off")
    })
  )

  it.effect("is what the request sets, over name and effort", () =>
    Effect.gen(function* () {
      const overrides = { mode: "fixed", steps: { max: 7 }, validation: { voters: 1 }, plan: true } as const
      const found = settingsFor(yield* thinkingOf(), { model: "siku", effort: "low", overrides })?.settings
      assert.strictEqual(found?.mode, "fixed")
      assert.strictEqual(found?.steps.max, 7)
      assert.strictEqual(found?.steps.max_length, 2000)
      assert.strictEqual(found?.validation.voters, 1)
      assert.strictEqual(found?.validation.challengers, 3)
      assert.isTrue(found?.plan)
    })
  )

  it.effect("has no larger budget than the configured one, however much the request asks for", () =>
    Effect.gen(function* () {
      const thinking = yield* thinkingOf("thinking.budget.calls=10", "thinking.budget.usd=1")
      const overrides = { budget: { calls: 50, cost: 2_000, tokens: 7 } }
      assert.deepStrictEqual(settingsFor(thinking, { model: "siku", overrides })?.settings.budget, {
        calls: 10,
        cost: 2_000,
        tokens: 7
      })
    })
  )

  it.effect.prop(
    "is complete and within its bounds, whatever a request may set",
    { overrides: ThinkingOverrides },
    ({ overrides }) =>
      Effect.gen(function* () {
        const thinking = yield* thinkingOf()
        for (const { name } of presetNames) {
          const found = settingsFor(thinking, { model: name, overrides })?.settings
          assert.isTrue(isComplete(found), JSON.stringify(found))
          assert.isAtMost(found?.threads.initial ?? 99, found?.threads.max ?? 0)
          assert.isAtMost(found?.threads.quorum ?? 99, found?.threads.max ?? 0)
        }
      })
  )
})

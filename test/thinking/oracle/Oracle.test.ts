import { assert, describe, it } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Stream } from "effect"
import { makeDataset } from "../../../scripts/oracle/dataset.ts"
import { oracle, type OracleOptions } from "../../../scripts/oracle/Oracle.ts"
import { oracleServices } from "../../../scripts/oracle/oracleServices.ts"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import { evaluate } from "../../../src/thinking/evaluation/evaluate.ts"
import type { Outcome } from "../../../src/thinking/evaluation/Outcome.ts"
import { strategies } from "../../../src/thinking/evaluation/strategies.ts"
import { settingsFor } from "../../../src/thinking/presets.ts"

/** What becomes of the first problems under some strategies, and what the oracle has counted. */
const evaluated = (names: ReadonlyArray<string>, problems: number, options: OracleOptions = {}, concurrency = 4) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const home = yield* files.makeTempDirectoryScoped()
    const { port, stats } = yield* oracle(options)
    const outcomes = yield* Effect.gen(function* () {
      const { thinking } = yield* AppConfig
      const preset = settingsFor(thinking, { model: "siku" })
      assert(preset !== undefined)
      return yield* Stream.runCollect(
        evaluate({
          problems: makeDataset(1, problems, [2, 3]).map((problem, at) => ({ ...problem, id: String(at) })),
          strategies: strategies.filter(({ name }) => names.includes(name)),
          configured: preset.settings,
          through: undefined,
          concurrency
        })
      )
    }).pipe(Effect.provide(oracleServices({ port, home, calls: 64, set: ["ai.breaker_failure_ratio=1"] })))
    return { outcomes, stats: stats() }
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const sum = <A>(all: ReadonlyArray<A>, figure: (item: A) => number) =>
  all.reduce((total, item) => total + figure(item), 0)

const total = (
  outcomes: ReadonlyArray<Outcome>,
  figure: keyof Outcome["usage"] & ("calls" | "attempts" | "prompt_tokens" | "completion_tokens")
) => sum(outcomes, ({ usage }) => usage[figure])

describe("an oracle that is thought with", () => {
  it.live("counts the tokens that the bills of the runs come to", () =>
    Effect.gen(function* () {
      const { outcomes, stats } = yield* evaluated(["plain", "fixed-3", "fusion-intelligent"], 6)
      const models = Object.values(stats.models)
      assert.strictEqual(total(outcomes, "calls"), stats.calls)
      assert.strictEqual(
        total(outcomes, "prompt_tokens"),
        sum(models, ({ promptTokens }) => promptTokens)
      )
      assert.strictEqual(
        total(outcomes, "completion_tokens"),
        sum(models, ({ completionTokens }) => completionTokens)
      )
      assert.sameMembers(Object.keys(stats.models), ["planner", "thinker", "fusion"])
      assert.isFalse(outcomes.some(({ degraded }) => degraded))
    })
  )

  it.live("is always right where its models never err, whatever the strategy", () =>
    Effect.gen(function* () {
      const names = ["plain", "fixed-1", "fixed-3-every", "adaptive", "fusion-concat"]
      const { outcomes } = yield* evaluated(names, 3, {
        thinkerError: 0,
        challengerFalseAlarm: 0,
        voterError: 0,
        voterAbstains: 0
      })
      assert.strictEqual(outcomes.length, 3 * names.length)
      assert.deepStrictEqual(
        outcomes.filter(({ verdict }) => verdict !== "right"),
        []
      )
    })
  )

  it.live("is tried again where it is busy, and every request is on the bill", () =>
    Effect.gen(function* () {
      // One call after the other, so that one that is refused is the next to come again.
      const { outcomes, stats } = yield* evaluated(
        ["fixed-1"],
        3,
        { faultFor: (_, call) => (call % 3 === 1 ? { kind: "status", status: 429, retryAfterMs: 1 } : undefined) },
        1
      )
      assert.isAbove(stats.faulted, 0)
      assert.strictEqual(total(outcomes, "attempts"), stats.calls)
      assert.strictEqual(total(outcomes, "calls"), stats.calls - stats.faulted)
      assert.isFalse(outcomes.some(({ verdict }) => verdict === "failed"))
    })
  )
})

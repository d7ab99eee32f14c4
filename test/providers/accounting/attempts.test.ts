import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { sumOfCosts } from "../../../src/providers/accounting/price.ts"
import { sumOfUsage } from "../../../src/providers/accounting/usage.ts"
import { maskKey } from "../../../src/providers/policy/maskKey.ts"
import { chainOf, inTime, keysOf, rememberedBy, seenBy } from "../policy/chains.ts"
import { tokensOf } from "../policy/ScriptedPlatform.ts"
import { idOf, inStep, outcomesOf, Workload } from "./workload.ts"

describe("a model with a ledger", () => {
  it.effect.prop(
    "records every request that a platform saw, once, in the one record of its call, whatever went wrong",
    Workload,
    ({ callers, concurrency, hedge, keys, maxRetries, scripts }) =>
      Effect.gen(function* () {
        const { model: chain, platforms } = yield* chainOf(inStep(scripts), {
          hedge,
          stream: callers.some(({ asks }) => asks !== "whole"),
          keys: keysOf(keys),
          concurrency: hedge ? 1000 : concurrency,
          maxRetries,
          timeoutMillis: 4000,
          prices: { m: { input: 1, cachedInput: 0.1, output: 4 } }
        })
        const { calls, model } = rememberedBy(chain)
        const heard = yield* inTime("3 hours")(outcomesOf(model, callers))

        assert.deepStrictEqual(
          new Map(calls.map(({ outcome, requestId }) => [requestId, outcome])),
          new Map(heard.map((outcome, at) => [idOf(at), outcome]))
        )
        assert.strictEqual(calls.length, callers.length)
        const attempts = calls.flatMap(({ attempts }) => attempts)
        const recorded = attempts.map(({ at, key, provider }) => `${provider} ${key} ${at}`)
        const seen = platforms.flatMap((platform, at) =>
          platform.seen.map((one) => `p${at} ${maskKey(one.key)} ${one.at}`)
        )
        assert.deepStrictEqual(recorded.toSorted(), seen.toSorted())

        const metered = seenBy(platforms).filter(({ does, end }) => does === "answers" && end === "answered")
        const reported = sumOfUsage(attempts.map(({ usage }) => usage).filter(({ estimated }) => !estimated))
        assert.deepStrictEqual(reported, {
          promptTokens: metered.reduce((sum, { index }) => sum + tokensOf(index).prompt, 0),
          completionTokens: metered.reduce((sum, { index }) => sum + tokensOf(index).completion, 0),
          cachedTokens: metered.reduce((sum, { index }) => sum + tokensOf(index).cached, 0),
          cacheWriteTokens: 0,
          reasoningTokens: 0,
          estimated: false
        })
        for (const call of calls) {
          assert.deepStrictEqual(call.usage, sumOfUsage(call.attempts.map(({ usage }) => usage)))
          assert.strictEqual(call.cost, sumOfCosts(call.attempts.map(({ cost }) => cost)))
          const isAnswered = call.outcome === "answered"
          assert.strictEqual(call.provider !== undefined, isAnswered)
        }
      }),
    { arbitrary: { runs: 70 } }
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Result, Schema } from "effect"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { Usage } from "../../../src/accounts/credit/Usage.ts"
import { noFigures, sumOfFigures } from "../../../src/accounts/credit/UsageFigures.ts"
import { CurrentUser } from "../../../src/platform/Caller.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { costAtMost } from "../../../src/providers/accounting/price.ts"
import { promptAtMost } from "../../../src/providers/accounting/tokensAtMost.ts"
import { readUsage } from "../../../src/providers/openai/usage.ts"
import { accountOf, assertSettled, callerOf, creditLayer, openAccount } from "../../accounts/credit/support.ts"
import { ask, inTime, modelAtPlatform, request, withLedger } from "../policy/chains.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const account = accountOf(1)
const price = { input: 1, cachedInput: 0.1, cacheWrite: 2, output: 4 }

// As they stand in JSON; the last of them is no number to anybody.
const odd = ["-1", "-1000000", "1.5", "1e7", "1e9", "9007199254740993", "1e300", "1e400", '"12"', "null", "[]", "true"]
const Count = Schema.Literals(["0", "1", "7", "20", "4096", "90000", ...odd])
const Counts = Schema.Struct({
  prompt_tokens: Count,
  completion_tokens: Count,
  total_tokens: Count,
  cached: Count,
  written: Count,
  reasoning: Count
})

const usageIn = (counts: typeof Counts.Type): string =>
  `{"prompt_tokens":${counts.prompt_tokens},"completion_tokens":${counts.completion_tokens},` +
  `"total_tokens":${counts.total_tokens},"cost":${counts.reasoning},` +
  `"prompt_tokens_details":{"cached_tokens":${counts.cached},"cache_write_tokens":${counts.written}},` +
  `"completion_tokens_details":{"reasoning_tokens":${counts.reasoning}}}`

describe("counts of a platform that cannot be believed", () => {
  it.effect.prop(
    "never take more of an account than was held, break no report, and leave its balance what the rows say",
    {
      balance: between(0, 60_000),
      calls: between(1, 12),
      concurrency: Schema.Literals([1, 3, 1000]),
      stream: Schema.Boolean,
      counts: Schema.NonEmptyArray(Counts).check(Schema.isMaxLength(12))
    },
    ({ balance, calls, concurrency, counts, stream }) =>
      Effect.gen(function* () {
        yield* openAccount(account, { balance })
        const { model: chat, platform } = yield* modelAtPlatform([{ does: "answers", after: 100 }], {
          prices: { m: price },
          count: (_, index) => usageIn(counts[index % counts.length] ?? counts[0])
        })
        const ledger = yield* CallLedger
        const model = withLedger(chat, ledger, yield* Credit)
        const one = Effect.result(ask(model, stream)).pipe(Effect.provideService(CurrentUser, callerOf(account)))
        const results = yield* inTime("1 hour")(Effect.replicateEffect(one, calls, { concurrency }))

        const held = costAtMost(price, { prompt: promptAtMost({ ...request, maxTokens: 4096 }), completion: 4096 })
        const standing = yield* assertSettled(account)
        assert.isAtLeast(standing.balance, 0)
        assert.isAtMost(standing.charged, results.filter(Result.isSuccess).length * held)
        for (const { maxTokens } of platform.seen) assert.strictEqual(maxTokens, 4096)
        for (const { attempts } of yield* ledger.recent({ limit: 100 })) {
          for (const { cost, usage } of attempts) {
            for (const tokens of [usage.promptTokens, usage.completionTokens, usage.cachedTokens, cost ?? 0]) {
              assert.isTrue(Number.isSafeInteger(tokens) && tokens >= 0, String(tokens))
            }
            assert.isAbove(usage.promptTokens, 0)
          }
        }
        const usage = yield* Usage
        const groups = yield* usage.ofAll({ from: 0, to: 1e15, by: "model" })
        const { charged, cost, unsound } = [...groups.values()].reduce(sumOfFigures, noFigures)
        assert.deepStrictEqual(
          { charged, cost, unsound },
          { charged: standing.charged, cost: standing.cost, unsound: 0 }
        )
      }).pipe(Effect.provide(Layer.provideMerge(Usage.layer, creditLayer()))),
    { arbitrary: { runs: 40 } }
  )

  it("are taken for nothing told, whichever of them it is", () => {
    const sound = { prompt_tokens: 20, completion_tokens: 10 }
    assert.isDefined(readUsage(sound))
    for (const wrong of [-1, 1.5, 1e300, Number.POSITIVE_INFINITY, "12", [], true, 10_000_001]) {
      for (const field of ["prompt_tokens", "completion_tokens", "total_tokens"]) {
        assert.isUndefined(readUsage({ ...sound, [field]: wrong }), `${field} ${String(wrong)}`)
      }
      assert.isUndefined(readUsage({ ...sound, prompt_tokens_details: { cached_tokens: wrong } }))
      assert.isUndefined(readUsage({ ...sound, prompt_tokens_details: { cache_write_tokens: wrong } }))
      assert.isUndefined(readUsage({ ...sound, completion_tokens_details: { reasoning_tokens: wrong } }))
    }
    for (const none of [undefined, null, "much", 12, {}, { prompt_tokens: 20 }, { ...sound, prompt_tokens: 0 }]) {
      assert.isUndefined(readUsage(none))
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Schema } from "effect"
import { CurrentUser } from "../../src/platform/Caller.ts"
import { CallLedger } from "../../src/providers/accounting/CallLedger.ts"
import { costAtMost } from "../../src/providers/accounting/price.ts"
import type { ReasoningError } from "../../src/thinking/ReasoningError.ts"
import { Runs } from "../../src/thinking/runs/Runs.ts"
import { accountOf, assertSettled, callerOf, openAccount } from "../accounts/credit/support.ts"
import { inTime } from "../providers/policy/chains.ts"
import { makePlatform } from "../providers/policy/ScriptedPlatform.ts"
import { eventsOf, plain, question, tested, think } from "./support/runs.ts"
import { speaking } from "./support/thinkers.ts"
import { nobodyCloses } from "../support/access.ts"
import { thinkingOver, withThinking } from "./support/thinkingOver.ts"

const answers = { does: "answers", after: 100 } as const
const account = accountOf(1)
const asAccount = Effect.provideService(CurrentUser, callerOf(account))
const price = { input: 3, cachedInput: undefined, output: 7 }
/** What is held for a call at least: for what may come, whatever is asked. */
const leastHeld = costAtMost(price, { prompt: 0, completion: 4096 })

const payers = Effect.gen(function* () {
  const ledger = yield* CallLedger
  return (yield* ledger.recent({ limit: 1000 })).map(({ call }) => call.payer.accountId)
})

const whyOf = (error: Option.Option<ReasoningError>): string =>
  Option.isSome(error) && error.value.reason._tag === "ModelsFailed" ? error.value.reason.reason._tag : ""

describe("a run that an account pays for", () => {
  it.effect("has all its calls charged to whoever asked, however many threads and tests it has", () => {
    const platform = makePlatform([answers], speaking({}))
    return Effect.gen(function* () {
      yield* openAccount(account, { balance: 10_000_000 })
      const { error } = yield* inTime("1 minute")(asAccount(think(question(tested))))
      assert.isTrue(Option.isNone(error))
      const found = yield* payers
      assert.isAbove(found.length, 5)
      assert.deepStrictEqual([...new Set(found)], [account])
      assert.isAbove((yield* assertSettled(account)).charged, 0)
    }).pipe(withThinking(platform))
  })

  it.effect("has them charged so in the background as well", () => {
    const platform = makePlatform([answers], speaking({}))
    return Effect.gen(function* () {
      yield* openAccount(account, { balance: 10_000_000 })
      const runs = yield* Runs
      const { id } = yield* asAccount(runs.submit(question(plain), { requestId: "req-1" }))
      yield* inTime("1 minute")(Effect.sleep("30 seconds"))
      assert.strictEqual((yield* runs.find(id)).row.state, "answered")
      assert.deepStrictEqual([...new Set(yield* payers)], [account])
      assert.isAbove((yield* assertSettled(account)).charged, 0)
    }).pipe(
      Effect.provide(
        Runs.layer.pipe(Layer.provideMerge(thinkingOver(platform)), Layer.provide(nobodyCloses), Layer.orDie)
      )
    )
  })

  it.effect("is refused where its first call cannot be paid for, and asks nobody", () => {
    const platform = makePlatform([answers], speaking({}))
    return Effect.gen(function* () {
      yield* openAccount(account, { balance: leastHeld })
      const { error, events } = yield* inTime("1 minute")(asAccount(think(question(plain))))
      assert.strictEqual(whyOf(error), "NoCredit")
      assert.strictEqual(platform.seen.length, 0)
      assert.deepStrictEqual(
        events.map(({ type }) => type),
        ["RunStarted", "CallStarted", "CallFailed", "RunFailed"]
      )
      assert.strictEqual((yield* assertSettled(account)).balance, leastHeld)
    }).pipe(withThinking(platform))
  })

  it.effect.prop(
    "answers with what it has, or says that there is no credit, wherever that ends",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 * leastHeld }))],
    ([balance]) => {
      const platform = makePlatform([answers], speaking({}))
      return Effect.gen(function* () {
        yield* openAccount(account, { balance })
        const { error, events } = yield* inTime("5 minutes")(asAccount(think(question(plain))))
        const [answered] = eventsOf(events, "Answered")
        const refused = eventsOf(events, "CallFailed").filter(({ reason }) => reason === "NoCredit")
        if (Option.isNone(error)) {
          assert.isDefined(answered)
          if (refused.length > 0) assert.isTrue(answered?.degraded)
        } else {
          assert.strictEqual(whyOf(error), "NoCredit")
        }
        const standing = yield* assertSettled(account)
        assert.isAtLeast(standing.balance, 0)
      }).pipe(withThinking(platform))
    },
    { arbitrary: { runs: 40 } }
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Scope, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { lapsesAfter } from "../../../src/accounts/credit/lapsedHolds.ts"
import { CurrentUser } from "../../../src/platform/Caller.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { estimatedPrompt } from "../../../src/providers/accounting/usage.ts"
import {
  accountOf,
  assertExact,
  assertSettled,
  callerOf,
  database,
  openAccount,
  processOver
} from "../../accounts/credit/support.ts"
import { ask, inTime, modelAtPlatform, request, withLedger } from "../policy/chains.ts"

const account = accountOf(1)
const prices = { m: { input: 1, output: 4 } }
const costOfFirst = 20 + 3 * 4

/** A process over the database, with a model that an account pays for, until it is ended or, as by a kill, left behind. */
const aProcess = Effect.gen(function* () {
  const scope = yield* Scope.make()
  const context = yield* Layer.buildWithScope(Layer.orDie(processOver()), scope)
  const { model: chat, platform } = yield* modelAtPlatform([{ does: "answers", after: 100 }], { prices })
  const model = withLedger(chat, Context.get(context, CallLedger), Context.get(context, Credit))
  const by = Effect.provideService(CurrentUser, callerOf(account))
  return {
    platform,
    ask: (stream: boolean) => by(ask(model, stream)),
    model,
    ledger: Context.get(context, CallLedger),
    end: Scope.close(scope, Exit.void)
  }
})

const breaks = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`CREATE TRIGGER outage BEFORE INSERT ON model_attempts BEGIN SELECT RAISE(ABORT, 'no room'); END`
)
const mends = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DROP TRIGGER outage`)

describe("the charge of a call that was answered", () => {
  it.effect("is written as soon as the database takes records again, though nobody calls any more", () =>
    Effect.gen(function* () {
      yield* openAccount(account, { balance: 1_000_000 })
      const { ask, end } = yield* aProcess
      yield* breaks
      yield* inTime("1 second")(ask(false))
      assert.strictEqual((yield* assertExact(account)).charged, 0)
      yield* mends
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* assertSettled(account)).charged, costOfFirst)
      yield* end
    }).pipe(Effect.provide(database))
  )

  it.effect("is written at the end of the process at the latest", () =>
    Effect.gen(function* () {
      yield* openAccount(account, { balance: 1_000_000 })
      const { ask, end } = yield* aProcess
      yield* breaks
      yield* inTime("500 millis")(ask(false))
      yield* mends
      yield* end
      assert.strictEqual((yield* assertSettled(account)).charged, costOfFirst)
    }).pipe(Effect.provide(database))
  )

  it.effect("is not lost with a client that leaves while it is being written", () =>
    Effect.gen(function* () {
      yield* openAccount(account, { balance: 1_000_000 })
      const { end, ledger, model } = yield* aProcess
      const sql = yield* SqlClient.SqlClient
      const written = yield* Deferred.make<void>()
      yield* Effect.gen(function* () {
        const reading = yield* Effect.forkChild(
          Effect.provideService(Stream.runDrain(model.stream(request)), CurrentUser, callerOf(account)),
          { startImmediately: true }
        )
        // The last piece comes 300 ms after the first, which comes after 100; somebody else is writing then.
        yield* Effect.sleep(350)
        const writing = yield* Effect.forkChild(sql.withTransaction(Deferred.await(written)), {
          startImmediately: true
        })
        yield* Effect.sleep(200)
        const leaving = yield* Effect.forkChild(Fiber.interrupt(reading), { startImmediately: true })
        yield* Effect.sleep(10)
        yield* Deferred.succeed(written, undefined)
        yield* Fiber.joinAll([writing, leaving])
      }).pipe(inTime("10 seconds"))
      const [stored] = yield* ledger.recent({ limit: 1 })
      assert.strictEqual(stored?.call.outcome, "answered")
      assert.strictEqual((yield* assertSettled(account)).charged, costOfFirst)
      yield* end
    }).pipe(Effect.provide(database))
  )

  it.effect("waits for nobody's record but its own, where the database refuses one", () =>
    Effect.gen(function* () {
      yield* openAccount(account, { balance: 1_000_000 })
      const { ask, end, ledger } = yield* aProcess
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        CREATE TRIGGER refusal BEFORE INSERT ON model_attempts WHEN NEW.completion_tokens = 5
        BEGIN SELECT RAISE(ABORT, 'not this one'); END`
      yield* inTime("1 minute")(Effect.forEach([1, 2, 3, 4], () => ask(false), { concurrency: "unbounded" }))
      assert.strictEqual((yield* ledger.recent({ limit: 10 })).length, 3)
      yield* assertExact(account)
      yield* sql`DROP TRIGGER refusal`
      yield* TestClock.adjust("11 seconds")
      assert.strictEqual((yield* ledger.recent({ limit: 10 })).length, 4)
      yield* assertSettled(account)
      yield* end
    }).pipe(Effect.provide(database))
  )
})

describe("a call whose process dies before it is written down", () => {
  const underWay = Effect.gen(function* () {
    yield* openAccount(account, { balance: 1_000_000 })
    const dying = yield* aProcess
    dying.platform.become([{ does: "hang", after: 0 }])
    yield* Effect.forkChild(Effect.exit(dying.ask(true)), { startImmediately: true })
    yield* TestClock.adjust(10)
    assert.strictEqual(dying.platform.seen.length, 1)
    return dying
  })

  it.effect("is written down as lost by another, and charged its prompt", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* underWay
      yield* sql`UPDATE credit_holds SET process_id = 'of the dead', renewed_at = ${-lapsesAfter - 11_000}`
      const { end, ledger } = yield* aProcess
      const prompt = estimatedPrompt(request)
      assert.strictEqual((yield* assertSettled(account)).charged, prompt)
      const [lost] = yield* ledger.recent({ limit: 1 })
      assert.deepInclude(lost?.call, { outcome: "lost", cost: prompt, costSource: "estimate" })
      assert.deepInclude(lost?.call.usage, { promptTokens: prompt, estimated: true })
      assert.deepStrictEqual(lost?.attempts, [])
      yield* end
    }).pipe(Effect.provide(database))
  )

  it.effect("gives way to what its process writes down, if that only stood still", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* openAccount(account, { balance: 1_000_000 })
      const slow = yield* aProcess
      slow.platform.become([{ does: "answers", after: 60_000 }])
      const asking = yield* Effect.forkChild(Effect.exit(slow.ask(true)), { startImmediately: true })
      yield* TestClock.adjust(10)
      yield* sql`UPDATE credit_holds SET process_id = 'of the dead', renewed_at = ${-lapsesAfter - 11_000}`
      const other = yield* aProcess
      assert.strictEqual((yield* assertSettled(account)).charged, estimatedPrompt(request))
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(asking)
      const calls = yield* other.ledger.recent({ limit: 10 })
      assert.deepStrictEqual(
        calls.map(({ call }) => call.outcome),
        ["Timeout"]
      )
      yield* assertSettled(account)
      yield* other.end
      yield* slow.end
    }).pipe(Effect.provide(database))
  )
})

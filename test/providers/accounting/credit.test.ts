import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Result, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { lapsesAfter } from "../../../src/accounts/credit/lapsedHolds.ts"
import { type Caller, CurrentRoute, CurrentUser } from "../../../src/platform/Caller.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { costAtMost } from "../../../src/providers/accounting/price.ts"
import { promptAtMost } from "../../../src/providers/accounting/tokensAtMost.ts"
import type { ProviderError } from "../../../src/providers/ProviderError.ts"
import {
  accountOf,
  assertExact,
  assertSettled,
  callerOf,
  creditLayer,
  database,
  openAccount,
  processOver,
  standingOf
} from "../../accounts/credit/support.ts"
import { askedBy, givenAgain } from "../../accounts/credit/payments.ts"
import { ask, chainOf, inTime, keysOf, modelAtPlatform, request, seenBy, withLedger } from "../policy/chains.ts"
import { idOf, inStep, outcomesOf, Workload } from "./workload.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const fewer = { arbitrary: { runs: 25 } }
const account = accountOf(1)
const price = { input: 1, cachedInput: 0.1, output: 4 }
const prices = { m: price }
/** What is held for a request whose reply may have so many tokens. */
const heldFor = (maxTokens: number) =>
  costAtMost(price, { prompt: promptAtMost({ ...request, maxTokens }), completion: maxTokens })

/** The model with credit and ledger of the services around. */
const paidFor = Effect.fnUntraced(function* (model: Parameters<typeof withLedger>[0], times = 1) {
  return withLedger(model, givenAgain(yield* CallLedger, times), yield* Credit)
})

const by = (caller: Caller) => Effect.provideService(CurrentUser, caller)
const reasonOf = (result: Result.Result<unknown, ProviderError>): string =>
  Result.isFailure(result) ? result.failure.reason._tag : "answered"

describe("calls of an account with limited credit", () => {
  it.effect.prop(
    "are sent only as many at once as can be paid for, out of a thousand that ask together",
    { affordable: between(0, 1000), rest: between(0, 1000), maxTokens: between(1, 500) },
    ({ affordable, maxTokens, rest }) =>
      Effect.gen(function* () {
        const { model: chat, platform } = yield* modelAtPlatform([{ does: "answers", after: 1000 }], {
          prices,
          maxTokens,
          timeoutMillis: 5000
        })
        const estimate = heldFor(maxTokens)
        yield* openAccount(account, { balance: affordable * estimate + (rest % estimate) })
        const model = yield* paidFor(chat)
        const results = yield* Effect.forEach(Array.from({ length: 1000 }), () => Effect.result(ask(model, false)), {
          concurrency: "unbounded"
        }).pipe(by(callerOf(account)), inTime("1 minute"))
        assert.strictEqual(results.filter(Result.isSuccess).length, affordable)
        assert.strictEqual(platform.seen.length, affordable)
        for (const result of results) assert.include(["answered", "NoCredit"], reasonOf(result))
        yield* assertSettled(account)
      }).pipe(Effect.provide(creditLayer())),
    { arbitrary: { runs: 3 } }
  )

  const accounts = [accountOf(1), accountOf(2), accountOf(3)]
  const Balance = between(0, 60_000)
  it.effect.prop(
    "are charged what they cost, once, whatever answers, fails, is tried again, left, or told to the ledger twice",
    { ...Workload, balances: Schema.Tuple([Balance, Balance, Balance]), told: between(1, 3) },
    ({ balances, callers, concurrency, hedge, keys, maxRetries, scripts, told }) =>
      Effect.gen(function* () {
        for (const [at, id] of accounts.entries()) yield* openAccount(id, { balance: balances[at] ?? 0 })
        const { model: chain, platforms } = yield* chainOf(inStep(scripts), {
          hedge,
          stream: callers.some(({ asks }) => asks !== "whole"),
          keys: keysOf(keys),
          concurrency: hedge ? 1000 : concurrency,
          maxRetries,
          timeoutMillis: 4000,
          prices
        })
        const payers = new Map(callers.map((_, at) => [idOf(at), accounts[at % 3] ?? account]))
        const model = askedBy(yield* paidFor(chain, told), (id) => callerOf(payers.get(id) ?? null))
        const heard = yield* inTime("3 hours")(outcomesOf(model, callers))
        const ledger = yield* CallLedger
        const calls = yield* ledger.recent({ limit: 1000 })
        assert.strictEqual(calls.length, callers.length)
        assert.strictEqual(calls.flatMap(({ attempts }) => attempts).length, seenBy(platforms).length)
        for (const { attempts, call } of calls) {
          assert.strictEqual(call.payer.accountId, payers.get(call.requestId))
          if (call.outcome === "NoCredit") assert.isTrue(attempts.every(({ outcome }) => outcome !== "answered"))
        }
        assert.deepStrictEqual(
          calls.map(({ call }) => `${call.requestId} ${call.outcome}`).toSorted(),
          heard.map((outcome, at) => `${idOf(at)} ${outcome}`).toSorted()
        )
        for (const id of accounts) {
          const { balance, charged, cost } = yield* assertSettled(id)
          assert.isAtLeast(balance, 0)
          // The platforms here never count more than they were told.
          assert.strictEqual(charged, cost)
        }
      }).pipe(Effect.provide(creditLayer())),
    { arbitrary: { runs: 40 } }
  )

  it.effect("take no room for a request that failed and cost nothing", () =>
    Effect.gen(function* () {
      const estimate = heldFor(50)
      yield* openAccount(account, { balance: estimate })
      const { model: chat, platform } = yield* modelAtPlatform(
        [
          { does: "down", after: 0 },
          { does: "limited", after: 0 },
          { does: "answers", after: 0 }
        ],
        { prices, maxTokens: 50, maxRetries: 3 }
      )
      const model = yield* paidFor(chat)
      yield* ask(model, false).pipe(by(callerOf(account)), inTime("1 minute"))
      assert.strictEqual(platform.seen.length, 3)
      yield* assertSettled(account)
    }).pipe(Effect.provide(creditLayer()))
  )

  it.effect("are refused at once, without another model being asked in the place of one that is too dear", () =>
    Effect.gen(function* () {
      yield* openAccount(account, { balance: 10 })
      const { model: chain, platforms } = yield* chainOf(
        [[{ does: "answers", after: 0 }], [{ does: "answers", after: 0 }]],
        {
          prices,
          maxRetries: 3
        }
      )
      const model = yield* paidFor(chain)
      for (const stream of [false, true]) {
        const failure = yield* ask(model, stream).pipe(Effect.flip, by(callerOf(account)), inTime("1 second"))
        assert.strictEqual(failure.reason._tag, "NoCredit")
        assert.include(failure.message, "has USD 0.000010 left")
      }
      assert.strictEqual(seenBy(platforms).length, 0)
    }).pipe(Effect.provide(creditLayer()))
  )

  const unpriced = Effect.fnUntraced(function* () {
    yield* openAccount(account, { balance: 1_000_000 })
    const { model: chat, platform } = yield* modelAtPlatform([{ does: "answers", after: 0 }])
    const model = yield* paidFor(chat)
    const result = yield* Effect.result(ask(model, false)).pipe(by(callerOf(account)), inTime("1 minute"))
    return { reason: reasonOf(result), sent: platform.seen.length, ...(yield* assertSettled(account)) }
  })

  it.effect("are not sent to a model without a price", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* unpriced(), { reason: "ModelNotPriced", sent: 0, balance: 1_000_000 })
    }).pipe(Effect.provide(creditLayer()))
  )

  it.effect("cost nothing at a model without a price, where the settings say so", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* unpriced(), { reason: "answered", sent: 1, balance: 1_000_000 })
    }).pipe(Effect.provide(creditLayer(["accounts.unpriced=free"])))
  )

  it.effect("are held nothing for, and charged nothing, where the account has no limit or nobody's account pays", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* openAccount(account, { balance: 0, prepaid: false })
      yield* sql`CREATE TRIGGER held BEFORE INSERT ON credit_holds BEGIN SELECT RAISE(ABORT, 'held'); END`
      yield* sql`CREATE TRIGGER changed BEFORE UPDATE ON accounts BEGIN SELECT RAISE(ABORT, 'changed'); END`
      const { model: chat } = yield* modelAtPlatform([{ does: "answers", after: 0 }], { prices })
      const model = yield* paidFor(chat)
      for (const id of [account, null]) yield* ask(model, true).pipe(by(callerOf(id)), inTime("1 minute"))
      const rows = yield* sql`SELECT account_id, key_id, charged FROM model_attempts ORDER BY call_id`
      assert.deepStrictEqual(rows, [
        { account_id: account, key_id: `key_of_${account}`, charged: null },
        { account_id: null, key_id: "key_of_null", charged: null }
      ])
      assert.strictEqual((yield* standingOf(account)).balance, 0)
    }).pipe(Effect.provide(creditLayer()))
  )

  it.effect("say who made them and by which route", () =>
    Effect.gen(function* () {
      const { model: chat } = yield* modelAtPlatform([{ does: "answers", after: 0 }], { prices })
      const model = yield* paidFor(chat)
      yield* ask(model, false).pipe(
        by(callerOf(accountOf(2), { userId: "usr_1", keyId: null })),
        Effect.provideService(CurrentRoute, "POST /v1/chat/completions"),
        Effect.result,
        inTime("1 minute")
      )
      const ledger = yield* CallLedger
      const [stored] = yield* ledger.recent({ limit: 1 })
      assert.deepInclude(stored?.call, {
        payer: { accountId: accountOf(2), userId: "usr_1", keyId: null },
        route: "POST /v1/chat/completions"
      })
    }).pipe(Effect.provide(creditLayer()))
  )

  const Faults = Schema.NonEmptyArray(Schema.Struct({ breaks: Schema.Boolean, calls: between(1, 6) })).check(
    Schema.isMaxLength(6)
  )
  it.effect.prop(
    "are charged later where the database took no records for a while",
    [Faults],
    ([faults]) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* openAccount(account, { balance: 10_000_000 })
        const { model: chat, platform } = yield* modelAtPlatform([{ does: "answers", after: 100 }], { prices })
        const model = yield* paidFor(chat)
        const askAtOnce = (calls: number) =>
          Effect.replicateEffect(ask(model, false), calls, { concurrency: "unbounded", discard: true }).pipe(
            by(callerOf(account)),
            inTime("1 minute")
          )
        for (const { breaks, calls } of faults) {
          if (breaks) {
            yield* sql`CREATE TRIGGER outage BEFORE INSERT ON model_attempts BEGIN SELECT RAISE(ABORT, 'no room'); END`
          }
          yield* askAtOnce(calls)
          yield* assertExact(account)
          if (breaks) yield* sql`DROP TRIGGER outage`
        }
        yield* askAtOnce(1)
        const { charged } = yield* assertSettled(account)
        const ledger = yield* CallLedger
        const calls = yield* ledger.recent({ limit: 1000 })
        assert.strictEqual(calls.length, platform.seen.length)
        assert.strictEqual(
          charged,
          calls.reduce((sum, { call }) => sum + (call.cost ?? 0), 0)
        )
      }).pipe(Effect.provide(creditLayer())),
    fewer
  )

  const tables = ["accounts", "orders", "credit_holds", "model_attempts"]
  /** What is committed now, which is what a process leaves that dies now. */
  const committed = Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* Effect.forEach(tables, (table) => sql<Record<string, unknown>>`SELECT * FROM ${sql(table)}`)
    return Effect.gen(function* () {
      const other = yield* SqlClient.SqlClient
      for (const [at, table] of tables.entries()) {
        for (const row of rows[at] ?? []) yield* other`INSERT INTO ${other(table)} ${other.insert(row)}`
      }
    })
  })

  it.effect.prop(
    "leave accounts exact wherever the process is cut off, and nothing held for long",
    { ...Workload, cut: between(0, 8000), balance: between(0, 100_000) },
    ({ balance, callers, cut, keys, maxRetries, scripts }) =>
      Effect.gen(function* () {
        const before = Effect.gen(function* () {
          for (const id of accounts) yield* openAccount(id, { balance })
          const { model: chain } = yield* chainOf(inStep(scripts), {
            keys: keysOf(keys),
            maxRetries,
            timeoutMillis: 4000,
            prices
          })
          const model = askedBy(yield* paidFor(chain), (id) => callerOf(accounts[Number(id.slice(-1)) % 3] ?? null))
          const asking = yield* Effect.forkChild(outcomesOf(model, callers), { startImmediately: true })
          yield* TestClock.adjust(cut)
          for (const id of accounts) yield* assertExact(id)
          const left = yield* committed
          const charged = yield* Effect.forEach(accounts, (id) => Effect.map(standingOf(id), ({ charged }) => charged))
          yield* Fiber.interrupt(asking)
          for (const id of accounts) yield* assertSettled(id)
          return { left, charged }
        }).pipe(Effect.provide(creditLayer()))
        const { charged, left } = yield* before
        const after = Effect.gen(function* () {
          yield* left
          const again = processOver().pipe(Layer.orDie)
          yield* Effect.gen(function* () {
            yield* TestClock.adjust(lapsesAfter + 11_000)
            for (const [at, id] of accounts.entries()) {
              const standing = yield* assertSettled(id)
              // What was under way is charged its prompts, in a row of its own.
              assert.strictEqual(standing.charged, (charged[at] ?? 0) + standing.lost)
            }
          }).pipe(Effect.provide(again))
        })
        yield* Effect.provide(after, database)
      }),
    { arbitrary: { runs: 40 } }
  )

  it.effect("wait to be let go until what is held for them is known, when they are left while it is being held", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* openAccount(account, { balance: 1_000_000 })
      const { model: chat, platform } = yield* modelAtPlatform([{ does: "answers", after: 100 }], { prices })
      const model = yield* paidFor(chat)
      const written = yield* Deferred.make<void>()
      const exit = yield* Effect.gen(function* () {
        const writing = yield* Effect.forkChild(sql.withTransaction(Deferred.await(written)), {
          startImmediately: true
        })
        const asking = yield* Effect.forkChild(by(callerOf(account))(ask(model, false)))
        yield* Effect.sleep(10)
        const leaving = yield* Effect.forkChild(Fiber.interrupt(asking))
        yield* Effect.sleep(10)
        assert.isUndefined(asking.pollUnsafe())
        yield* Deferred.succeed(written, undefined)
        yield* Fiber.joinAll([writing, leaving])
        return yield* Fiber.await(asking)
      }).pipe(inTime("1 second"))
      assert.isTrue(Exit.hasInterrupts(exit))
      assert.strictEqual(platform.seen.length, 0)
      assert.strictEqual((yield* assertSettled(account)).balance, 1_000_000)
    }).pipe(Effect.provide(creditLayer()))
  )
})

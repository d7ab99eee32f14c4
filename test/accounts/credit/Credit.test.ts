import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Result, Schema, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { CreditExhausted } from "../../../src/accounts/credit/errors.ts"
import { lapsesAfter } from "../../../src/accounts/credit/lapsedHolds.ts"
import { accountOf, assertExact, creditLayer, database, openAccount, processOver, standingOf } from "./support.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const fewer = { arbitrary: { runs: 12 } }
const account = accountOf(1)
/** Of calls of which nothing is known. */
const ifLost = ""

describe("Credit", () => {
  it.effect.prop(
    "lets exactly as many of a thousand concurrent requests through as there is credit for",
    { asked: between(1, 1000), amount: between(1, 5000), rest: between(0, 4999) },
    ({ amount, asked, rest }) =>
      Effect.gen(function* () {
        yield* openAccount(account, { balance: asked * amount + (rest % amount) })
        const credit = yield* Credit
        const results = yield* Effect.forEach(
          Array.from({ length: 1000 }, (_, at) => `call_${at}`),
          (call) => Effect.result(credit.hold({ call, account, amount, ifLost })),
          { concurrency: "unbounded" }
        )
        const refused = results.filter(Result.isFailure)
        assert.strictEqual(results.length - refused.length, asked)
        for (const { failure } of refused) {
          assert.deepStrictEqual(failure, new CreditExhausted({ account, needed: amount, available: rest % amount }))
        }
        assert.strictEqual((yield* assertExact(account)).held, asked * amount)
      }).pipe(Effect.provide(creditLayer())),
    fewer
  )

  const Ask = Schema.Struct({ call: between(0, 20), account: between(1, 3), amount: between(0, 40) })
  it.effect.prop(
    "never holds more than an account has, whatever calls of whatever accounts ask for together, and again",
    { asks: Schema.NonEmptyArray(Ask).check(Schema.isMaxLength(60)), balance: between(0, 300) },
    ({ asks, balance }) =>
      Effect.gen(function* () {
        const accounts = [1, 2, 3].map(accountOf)
        for (const id of accounts) yield* openAccount(id, { balance })
        const credit = yield* Credit
        // A call is of one account.
        const held = new Map(accounts.map((id) => [id, 0]))
        yield* Effect.forEach(
          asks,
          ({ account: number, amount, call }) =>
            Effect.gen(function* () {
              const id = accountOf(number)
              const result = yield* Effect.result(
                credit.hold({ call: `call_${number}_${call}`, account: id, amount, ifLost })
              )
              if (Result.isSuccess(result)) held.set(id, (held.get(id) ?? 0) + amount)
            }),
          { concurrency: "unbounded", discard: true }
        )
        for (const id of accounts) {
          const standing = yield* assertExact(id)
          assert.strictEqual(standing.held, held.get(id))
          assert.isAtMost(standing.held, balance)
        }
      }).pipe(Effect.provide(creditLayer()))
  )

  it.effect("gives nothing to an account that is closed or not there, and holds nothing where there is no limit", () =>
    Effect.gen(function* () {
      const credit = yield* Credit
      const [closed, unlimited] = [accountOf(1), accountOf(2)]
      yield* openAccount(closed, { balance: 100, active: false })
      yield* openAccount(unlimited, { balance: 0, prepaid: false })
      const hold = (id: typeof account) => credit.hold({ call: `call_${id.slice(-4)}`, account: id, amount: 1, ifLost })
      for (const id of [closed, accountOf(3)]) {
        assert.strictEqual((yield* Effect.flip(hold(id)))._tag, "AccountClosed")
      }
      yield* hold(unlimited)
      assert.strictEqual((yield* standingOf(unlimited)).holds, 0)
    }).pipe(Effect.provide(creditLayer()))
  )

  it.effect("remembers for five seconds who pays in advance, or until it is told to forget", () =>
    Effect.gen(function* () {
      const credit = yield* Credit
      const sql = yield* SqlClient.SqlClient
      yield* openAccount(account, { balance: 0, prepaid: false })
      assert.isFalse(yield* credit.isPrepaid(account))
      yield* sql`UPDATE accounts SET prepaid = 1`
      assert.isFalse(yield* credit.isPrepaid(account))
      yield* TestClock.adjust("6 seconds")
      assert.isTrue(yield* credit.isPrepaid(account))
      yield* sql`UPDATE accounts SET prepaid = 0`
      yield* credit.forget(account)
      assert.isFalse(yield* credit.isPrepaid(account))
      assert.isTrue(yield* credit.isPrepaid(accountOf(9)))
    }).pipe(Effect.provide(creditLayer()))
  )

  it.effect("says so where the database does not answer, and answers again when it does", () =>
    Effect.gen(function* () {
      const credit = yield* Credit
      const sql = yield* SqlClient.SqlClient
      yield* openAccount(account, { balance: 10 })
      yield* sql`CREATE TRIGGER outage BEFORE INSERT ON credit_holds BEGIN SELECT RAISE(ABORT, 'no room'); END`
      const held = yield* Effect.flip(credit.hold({ call: "call_1", account, amount: 1, ifLost }))
      assert.strictEqual(held._tag, "CreditUnreachable")
      assert.strictEqual((yield* assertExact(account)).held, 0)
      yield* sql`DROP TRIGGER outage`
      yield* credit.hold({ call: "call_1", account, amount: 1, ifLost })
      assert.strictEqual((yield* assertExact(account)).held, 1)
      yield* sql`ALTER TABLE accounts RENAME TO away`
      assert.strictEqual((yield* Effect.flip(credit.isPrepaid(account)))._tag, "CreditUnreachable")
    }).pipe(Effect.provide(creditLayer()))
  )

  /** A process of its own over the database, until it is told to end. */
  const aProcess = Effect.gen(function* () {
    const scope = yield* Scope.make()
    const context = yield* Layer.buildWithScope(Layer.orDie(processOver()), scope)
    return { credit: Context.get(context, Credit), end: Scope.close(scope, Exit.void) }
  })

  it.effect("lets go what was held for the calls of a process that died, and nothing of one that lives", () =>
    Effect.gen(function* () {
      yield* openAccount(account, { balance: 1000 })
      const dying = yield* aProcess
      const living = yield* aProcess
      yield* dying.credit.hold({ call: "call_1", account, amount: 300, ifLost })
      yield* living.credit.hold({ call: "call_2", account, amount: 500, ifLost })
      yield* dying.end
      yield* TestClock.adjust(lapsesAfter - 1)
      assert.strictEqual((yield* assertExact(account)).held, 800)
      yield* TestClock.adjust("11 seconds")
      assert.strictEqual((yield* assertExact(account)).held, 500)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* assertExact(account)).held, 500)
      yield* living.end
      const next = yield* aProcess
      yield* TestClock.adjust(lapsesAfter + 11_000)
      assert.strictEqual((yield* assertExact(account)).held, 0)
      yield* next.end
    }).pipe(Effect.provide(database))
  )

  it.effect("counts anew at its start what accounts have held", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* openAccount(account, { balance: 1000 })
      yield* sql`UPDATE accounts SET held = 77`
      const { end } = yield* aProcess
      assert.strictEqual((yield* assertExact(account)).held, 0)
      yield* end
    }).pipe(Effect.provide(database))
  )
})

import { assert, describe, it } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import { Deferred, Effect, Exit, Fiber, Layer, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import * as Sql from "../../../src/platform/Sql.ts"
import { RequestId } from "../../../src/platform/RequestContext.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { sumOfCosts } from "../../../src/providers/accounting/price.ts"
import { sumOfUsage } from "../../../src/providers/accounting/usage.ts"
import { testConfig } from "../../support/config.ts"
import {
  ask,
  chainOf,
  inTime,
  keysOf,
  modelAtPlatform,
  rememberedBy,
  request,
  seenBy,
  withLedger
} from "../policy/chains.ts"
import { reactionOf } from "../policy/Reaction.ts"
import { idOf, inStep, outcomesOf, Workload } from "./workload.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** A ledger over an embedded database of its own. */
const layer = CallLedger.layer.pipe(
  Layer.provideMerge(Sql.layer),
  Layer.provide(testConfig({})),
  Layer.provide(NodeServices.layer)
)

const stored = Effect.flatMap(CallLedger, (ledger) => ledger.recent({ limit: 1000 }))
const fewer = { arbitrary: { runs: 25 } }

describe("CallLedger", () => {
  it.effect.prop(
    "holds every call once with all its attempts, however it ended",
    Workload,
    ({ callers, concurrency, hedge, keys, maxRetries, scripts }) =>
      Effect.gen(function* () {
        const ledger = yield* CallLedger
        const { model, platforms } = yield* chainOf(inStep(scripts), {
          hedge,
          keys: keysOf(keys),
          concurrency: hedge ? 1000 : concurrency,
          maxRetries,
          timeoutMillis: 4000
        })
        const heard = yield* inTime("3 hours")(outcomesOf(withLedger(model, ledger), callers))
        const calls = yield* stored
        assert.deepStrictEqual(
          calls.map(({ call }) => `${call.requestId} ${call.outcome}`).toSorted(),
          heard.map((outcome, at) => `${idOf(at)} ${outcome}`).toSorted()
        )
        const attempts = calls.flatMap(({ attempts }) => attempts)
        assert.strictEqual(attempts.length, seenBy(platforms).length)
        for (const { attempts, call } of calls) {
          assert.deepStrictEqual(call.usage, sumOfUsage(attempts.map(({ usage }) => usage)))
          assert.strictEqual(call.cost, sumOfCosts(attempts.map(({ cost }) => cost)))
          const at = attempts.map(({ at }) => at)
          assert.strictEqual(call.provider !== undefined, call.outcome === "answered")
          assert.isTrue(at.every((millis) => millis >= call.at))
        }
      }).pipe(Effect.provide(layer)),
    fewer
  )

  it.effect.prop(
    "has a call committed before its end is told",
    [reactionOf(["answers", "unmetered", "breaksOff", "down"]), Schema.Boolean],
    ([reaction, stream]) =>
      Effect.gen(function* () {
        const ledger = yield* CallLedger
        const { model: chat } = yield* modelAtPlatform([reaction])
        const model = withLedger(chat, ledger)
        const counts: Array<number> = []
        const look = Effect.map(stored, (calls) => counts.push(calls.length))
        const asked = stream
          ? Stream.runForEach(model.stream(request), ({ _tag }) => (_tag === "Finish" ? look : Effect.void))
          : Effect.asVoid(model.complete(request))
        yield* inTime("1 minute")(Effect.andThen(Effect.exit(asked), look))
        assert.deepStrictEqual([...new Set(counts)], [1])
      }).pipe(Effect.provide(layer)),
    fewer
  )

  const Faults = Schema.NonEmptyArray(Schema.Struct({ breaks: Schema.Boolean, calls: between(1, 6) })).check(
    Schema.isMaxLength(6)
  )

  // A trigger fails as a full disk does: when the statement runs.
  const outage = Effect.fnUntraced(function* (asked: Effect.Effect<unknown>) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TRIGGER outage BEFORE INSERT ON model_attempts BEGIN SELECT RAISE(ABORT, 'no room'); END`
    yield* asked
    yield* sql`DROP TRIGGER outage`
  })

  const everyId = Effect.map(stored, (calls) =>
    calls.map(({ attempts, call }) => `${call.requestId} ${attempts.length}`).toSorted()
  )

  const answering = Effect.gen(function* () {
    const ledger = yield* CallLedger
    const { model: chat } = yield* modelAtPlatform([{ does: "answers", after: 100 }])
    const model = withLedger(chat, ledger)
    const expected: Array<string> = []
    const callAtOnce = (calls: number) =>
      Effect.all(
        Array.from({ length: calls }, (_, at) => {
          const id = idOf(expected.length)
          expected.push(`${id} 1`)
          return Effect.provideService(ask(model, at % 2 === 0), RequestId, id)
        }),
        { concurrency: "unbounded", discard: true }
      ).pipe(Effect.orDie, inTime("1 minute"))
    return { callAtOnce, expected }
  })

  it.effect.prop(
    "gives the replies out and loses no call when the database takes none for a while",
    [Faults],
    ([faults]) =>
      Effect.gen(function* () {
        const { callAtOnce, expected } = yield* answering
        for (const { breaks, calls } of faults) {
          yield* breaks ? outage(callAtOnce(calls)) : callAtOnce(calls)
        }
        yield* callAtOnce(1)
        assert.deepStrictEqual(yield* everyId, expected.toSorted())
      }).pipe(Effect.provide(layer)),
    fewer
  )

  it.effect.prop(
    "loses none of many calls that end together while the database takes none",
    [between(1, 200)],
    ([count]) =>
      Effect.gen(function* () {
        const ledger = yield* CallLedger
        const { model: chat } = yield* modelAtPlatform([{ does: "answers", after: 100 }])
        const { calls, model } = rememberedBy(chat)
        yield* inTime("1 minute")(Effect.replicateEffect(ask(model, false), count + 1, { concurrency: "unbounded" }))
        const together = Effect.forEach(calls.slice(1), ledger.append, { concurrency: "unbounded", discard: true })
        // Somebody else writes just then, so that they wait for the database too.
        const sql = yield* SqlClient.SqlClient
        const written = yield* Deferred.make<void>()
        const waiting = Effect.gen(function* () {
          const writing = yield* Effect.forkChild(sql.withTransaction(Deferred.await(written)), {
            startImmediately: true
          })
          const appending = yield* Effect.forkChild(together, { startImmediately: true })
          yield* Effect.sleep(1)
          yield* Deferred.succeed(written, undefined)
          yield* Fiber.joinAll([writing, appending])
        })
        yield* outage(inTime("1 second")(Effect.orDie(waiting)))
        yield* Effect.forEach(calls.slice(0, 1), ledger.append)
        const ids = (yield* stored).map(({ call }) => call.id)
        assert.strictEqual(ids.length, count + 1)
        assert.deepStrictEqual(ids.toSorted(), calls.map(({ id }) => id).toSorted())
      }).pipe(Effect.provide(layer)),
    { arbitrary: { runs: 12 } }
  )

  /** Thousandths of a micro-dollar a token, so that the sums are exact. */
  const Thousandths = between(0, 20_000)
  it.effect.prop(
    "counts whole micro-dollars, cached tokens at their own price, and nothing where a price is missing",
    {
      input: Thousandths,
      cachedInput: Schema.UndefinedOr(Thousandths),
      output: Thousandths,
      isPriced: Schema.Boolean,
      fails: between(0, 2),
      at: between(0, 12),
      stream: Schema.Boolean
    },
    ({ at, cachedInput, fails, input, isPriced, output, stream }) =>
      Effect.gen(function* () {
        const prices = isPriced
          ? {
              m: {
                input: input / 1000,
                cachedInput: cachedInput === undefined ? undefined : cachedInput / 1000,
                output: output / 1000
              }
            }
          : { other: { input: 1, cachedInput: undefined, output: 1 } }
        const failing = Array.from({ length: fails }, () => ({ does: "down" as const, after: 0 }))
        const answersNow = { does: "answers" as const, after: 0 }
        const { model: chat, platform } = yield* modelAtPlatform([], { prices, maxRetries: fails })
        const { calls, model } = rememberedBy(chat)
        const before = Array.from({ length: at }, () => answersNow)
        platform.become([...before, ...failing, answersNow])
        yield* inTime("1 hour")(Effect.forEach(Array.from({ length: at + 1 }), () => ask(model, stream)))
        const exact = (index: number) => {
          const [prompt, cached, completion] = [20 + index, index % 5, 3 + 2 * index]
          const thousandths = (prompt - cached) * input + cached * (cachedInput ?? input) + completion * output
          return Number((BigInt(thousandths) + 999n) / 1000n)
        }
        assert.deepStrictEqual(
          calls.map(({ cost }) => cost),
          calls.map((_, call) => (isPriced ? exact(call < at ? call : call + fails) : undefined))
        )
        for (const attempt of calls.at(-1)?.attempts.slice(0, -1) ?? []) assert.strictEqual(attempt.cost, 0)
      })
  )

  it.effect("says when a reply began, and nothing of that where none did", () =>
    Effect.gen(function* () {
      const { model: chat } = yield* modelAtPlatform([
        { does: "reset", after: 300 },
        { does: "answers", after: 300 }
      ])
      const { calls, model } = rememberedBy(chat)
      yield* inTime("1 minute")(Effect.exit(ask(model, true)))
      yield* inTime("1 minute")(ask(model, true))
      assert.deepStrictEqual(
        calls.map(({ firstByteMillis }) => firstByteMillis),
        [undefined, 300]
      )
    })
  )

  it.effect("says of no failed whole call that a reply began", () =>
    Effect.gen(function* () {
      const { model: chat } = yield* modelAtPlatform([{ does: "reset", after: 300 }])
      const { calls, model } = rememberedBy(chat)
      const exit = yield* inTime("1 minute")(Effect.exit(ask(model, false)))
      assert.isTrue(Exit.isFailure(exit))
      assert.deepStrictEqual(
        calls.map(({ firstByteMillis }) => firstByteMillis),
        [undefined]
      )
    })
  )
})

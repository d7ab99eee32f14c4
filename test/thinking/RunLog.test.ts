import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Context, Effect, Exit, Fiber, FileSystem, Layer, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { RequestId } from "../../src/platform/RequestContext.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { noRunUsage, withBill } from "../../src/thinking/Bill.ts"
import { RunLog } from "../../src/thinking/RunLog.ts"
import { makeRunRows } from "../../src/thinking/runs/runRows.ts"
import { type LoggedEvent, ThoughtEvent } from "../../src/thinking/ThoughtEvent.ts"
import { testConfig } from "../support/config.ts"
import { aBill, answered, aRequest, aRunId, delta, event, failedCall, runId, started } from "./runs/events.ts"

/** A log over a database of its own: in memory, or the file given. */
const logOver = (url = "sqlite::memory:") =>
  RunLog.layer.pipe(
    Layer.provideMerge(Sql.layer),
    Layer.provide(testConfig({ set: [`database.url=${url}`] })),
    Layer.provide(NodeServices.layer)
  )
const layer = logOver()

const everything = (id = aRunId) =>
  Effect.flatMap(RunLog, (log) => Effect.map(Stream.runCollect(log.read(id, 0)), (events) => [...events]))
const rowOf = (id = aRunId) => Effect.flatMap(makeRunRows, ({ find }) => find(id))
const create = (id = aRunId, background = false) =>
  Effect.flatMap(RunLog, (log) => log.create({ id, request: aRequest("Why is the sky blue?"), background }))
const append = (first: LoggedEvent, ...rest: ReadonlyArray<LoggedEvent>) =>
  Effect.flatMap(RunLog, (log) => log.append([first, ...rest]))
const seqs = (events: Iterable<LoggedEvent>) => [...events].map(({ seq }) => seq)

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Sizes = Schema.NonEmptyArray(whole(1, 60)).check(Schema.isMaxLength(6))
const fewer = { arbitrary: { runs: 25 } }

/** A run's events in the portions given; the last one ends it. */
const portions = (sizes: Arr.NonEmptyReadonlyArray<number>, id = aRunId) => {
  const last = sizes.reduce((sum, size) => sum + size, 0)
  let seq = 0
  return Arr.map(sizes, (size) =>
    Arr.makeBy(size, () => {
      seq++
      return event(id, seq, seq === last ? answered("42") : delta(`piece ${seq}`))
    })
  )
}

describe("RunLog", () => {
  it.effect.prop(
    "gives back every event as it was told",
    [Schema.NonEmptyArray(ThoughtEvent).check(Schema.isMaxLength(20))],
    ([events]) =>
      Effect.gen(function* () {
        yield* create()
        const told = Arr.map(events, (each, index) => event(aRunId, index + 1, each))
        yield* append(...told)
        // JSON has no −0.
        const expected: unknown = JSON.parse(JSON.stringify(told))
        assert.deepStrictEqual<unknown>(yield* everything(), expected)
      }).pipe(Effect.provide(layer))
  )

  it.effect.prop(
    "holds everything that many runs append at the same time, each in its order",
    [whole(1, 120), Sizes],
    ([runs, sizes]) =>
      Effect.gen(function* () {
        const ids = Arr.makeBy(runs, runId)
        yield* Effect.forEach(
          ids,
          (id) =>
            Effect.andThen(
              create(id),
              Effect.forEach(portions(sizes, id), (part) => append(...part))
            ),
          { concurrency: "unbounded", discard: true }
        )
        for (const id of ids) {
          assert.deepStrictEqual(yield* everything(id), portions(sizes, id).flat())
          assert.deepInclude(yield* rowOf(id), { state: "answered", answer: "42" })
        }
      }).pipe(Effect.provide(layer)),
    fewer
  )

  it.effect("takes one event of a number, and lets nobody else's be lost by it", () =>
    Effect.gen(function* () {
      yield* Effect.forEach([runId(1), runId(2), runId(3)], (id) => create(id))
      yield* append(event(runId(2), 1, started("Why?", false)))
      const exits = yield* Effect.forEach(
        [runId(1), runId(2), runId(3)],
        (id) => Effect.exit(append(event(id, 1, delta("a")), event(id, 2, delta("b")))),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, false, true])
      assert.deepStrictEqual(seqs(yield* everything(runId(1))), [1, 2])
      assert.deepStrictEqual(seqs(yield* everything(runId(2))), [1])
      assert.deepStrictEqual(seqs(yield* everything(runId(3))), [1, 2])
    }).pipe(Effect.provide(layer))
  )

  it.effect("says of a run who asked what and when, and with its last event what it came to", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(500)
      yield* create().pipe(Effect.provideService(RequestId, "req-1"))
      assert.deepInclude(yield* rowOf(), {
        state: "running",
        title: "Why is the sky blue?",
        request_id: "req-1",
        created_at: 500,
        ended_at: null,
        calls: 0
      })
      yield* append(event(aRunId, 1, started("Why?", false)), event(aRunId, 2, failedCall("t1/s1/r0")))
      yield* append(event(aRunId, 3, failedCall("t1/s1/r1")))
      yield* append(event(aRunId, 4, answered("It scatters.")))
      assert.deepInclude(yield* rowOf(), {
        state: "answered",
        answer: "It scatters.",
        confidence: 0.9,
        degraded: false,
        error: null,
        ended_at: 1004,
        ...[aBill, aBill].reduce(withBill, noRunUsage)
      })
    }).pipe(Effect.provide(layer))
  )

  it.effect("says why a run failed, and that one was cancelled", () =>
    Effect.gen(function* () {
      yield* create(runId(1))
      yield* create(runId(2))
      yield* append(event(runId(1), 1, { type: "RunFailed", reason: "no_model", detail: "no provider is set up" }))
      yield* append(event(runId(2), 1, { type: "RunCancelled" }))
      assert.deepInclude(yield* rowOf(runId(1)), { state: "failed", error: "no provider is set up", answer: null })
      assert.deepInclude(yield* rowOf(runId(2)), { state: "cancelled", error: null, confidence: null })
    }).pipe(Effect.provide(layer))
  )

  it.effect("knows no cost of a run where one call has no price", () =>
    Effect.gen(function* () {
      yield* create()
      const unpriced = { ...failedCall("a"), bill: { ...aBill, cost: null } }
      yield* append(event(aRunId, 1, failedCall("b")), event(aRunId, 2, unpriced), event(aRunId, 3, answered("42")))
      assert.deepInclude(yield* rowOf(), { calls: 2, cost: null })
    }).pipe(Effect.provide(layer))
  )

  it.effect.prop(
    "outlives the service, and counts what was paid before it ended",
    [Schema.Array(whole(0, 3)).check(Schema.isMinLength(2), Schema.isMaxLength(4))],
    ([calls]) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const folder = yield* files.makeTempDirectoryScoped()
        let seq = 0
        for (const [life, paid] of calls.entries()) {
          yield* Effect.gen(function* () {
            if (life === 0) yield* create()
            assert.deepStrictEqual(seqs(yield* everything()), Arr.makeBy(seq, (index) => index + 1).slice(0, seq))
            for (let call = 0; call < paid; call++) yield* append(event(aRunId, ++seq, failedCall(`call ${seq}`)))
            if (life < calls.length - 1) return
            yield* append(event(aRunId, ++seq, answered("42")))
            const sum = calls.reduce((sum, paid) => sum + paid, 0)
            assert.deepInclude(yield* rowOf(), { calls: sum, attempts: sum, cost: sum * (aBill.cost ?? 0) })
          }).pipe(Effect.provide(Layer.fresh(logOver(`sqlite:${folder}/siku.db`))))
        }
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    { arbitrary: { runs: 8 } }
  )

  it.effect.prop(
    "shows whoever follows each event once and in order, wherever and whenever they begin",
    [
      Sizes,
      Schema.NonEmptyArray(Schema.Struct({ after: whole(0, 400), at: whole(0, 6) })).check(Schema.isMaxLength(4))
    ],
    ([sizes, followers]) =>
      Effect.gen(function* () {
        const log = yield* RunLog
        yield* create()
        const parts = portions(sizes)
        const all = parts.flat()
        const follow = ({ after }: { readonly after: number }) =>
          Effect.forkChild(Stream.runCollect(log.follow(aRunId, Math.min(after, all.length))), {
            startImmediately: true
          })
        const fibers: Array<Effect.Success<ReturnType<typeof follow>>> = []
        for (const [at, part] of parts.entries()) {
          for (const follower of followers) if (follower.at === at) fibers.push(yield* follow(follower))
          yield* append(...part)
        }
        for (const follower of followers) if (follower.at >= parts.length) fibers.push(yield* follow(follower))
        const began = followers.toSorted((a, b) => Math.min(a.at, parts.length) - Math.min(b.at, parts.length))
        for (const [index, { after }] of began.entries()) {
          const fiber = fibers[index]
          assert.isDefined(fiber)
          assert.deepStrictEqual([...(yield* Fiber.join(fiber))], all.slice(after))
        }
      }).pipe(Effect.provide(layer)),
    fewer
  )

  it.effect("ends at once for whoever follows a run that has ended, or one that is not there", () =>
    Effect.gen(function* () {
      const log = yield* RunLog
      yield* create()
      yield* append(event(aRunId, 1, answered("42")))
      assert.deepStrictEqual([...(yield* Stream.runCollect(log.follow(aRunId, 1)))], [])
      assert.deepStrictEqual([...(yield* Stream.runCollect(log.follow(runId(9), 0)))], [])
    }).pipe(Effect.provide(layer))
  )

  it.effect("shows in the end what another process writes", () =>
    Effect.gen(function* () {
      const elsewhere = Context.get(yield* Layer.build(Layer.fresh(RunLog.layer)), RunLog)
      const log = yield* RunLog
      yield* create()
      const following = yield* Effect.forkChild(Stream.runCollect(log.follow(aRunId, 0)), { startImmediately: true })
      yield* elsewhere.append([event(aRunId, 1, delta("a")), event(aRunId, 2, answered("42"))])
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(seqs(yield* Fiber.join(following)), [1, 2])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect("keeps what a run that waits is to be asked until it begins, and has one row of it", () =>
    Effect.gen(function* () {
      const rows = yield* makeRunRows
      yield* rows.add({ id: aRunId, request: aRequest("Why?"), background: true }, "queued", "req-1")
      yield* create(aRunId, true)
      assert.strictEqual((yield* rowOf())?.state, "queued")
      assert.deepStrictEqual(yield* rows.requestOf(aRunId), aRequest("Why?"))
      yield* append(event(aRunId, 1, started("Why?", true)))
      assert.strictEqual((yield* rowOf())?.state, "running")
      assert.isUndefined(yield* rows.requestOf(aRunId))
    }).pipe(Effect.provide(layer))
  )

  it.effect("does not wait for events of other runs when one run is read", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const plan = yield* sql`
        EXPLAIN QUERY PLAN SELECT * FROM run_events WHERE run_id = 'a' AND seq > 5 ORDER BY seq LIMIT 100`
      assert.match(JSON.stringify(plan), /SEARCH run_events USING INDEX/)
      assert.notMatch(JSON.stringify(plan), /TEMP B-TREE/)
    }).pipe(Effect.provide(layer))
  )
})

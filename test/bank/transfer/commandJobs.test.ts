import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, FileSystem, Layer } from "effect"
import { TestClock } from "effect/testing"
import { plainReading } from "../../../src/bank/transfer/ImportBatch.ts"
import { FileUnreadable } from "../../../src/bank/transfer/ImportReader.ts"
import { ImportCancelled, runAsJob } from "../../../src/bank/transfer/runAsJob.ts"
import { noRows } from "../../../src/bank/transfer/Tally.ts"
import type { JobId } from "../../../src/bank/transfer/TransferJob.ts"
import { TransferJobs } from "../../../src/bank/transfer/TransferJobs.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { manage, startSiku } from "../../support/siku.ts"
import { testConfig } from "../../support/config.ts"

const jobs = TransferJobs.layer.pipe(
  Layer.provideMerge(Sql.layer),
  Layer.provide(testConfig({})),
  Layer.provide(NodeServices.layer)
)
const file = { name: "a.csv", format: "csv", policy: "skip", bytes: 10, how: plainReading } as const

const stateOf = (id: JobId) =>
  Effect.flatMap(TransferJobs, ({ find }) => Effect.map(find(id), (job) => [job?.state, job?.error]))

const begun = Effect.gen(function* () {
  const { begin, makeId } = yield* TransferJobs
  const id = yield* makeId
  yield* begin({ ...file, id })
  return id
})

describe("a job of another process", () => {
  it.effect("is nothing for the service to take up, nor in the way of its own", () =>
    Effect.gen(function* () {
      const { add, countOpen, makeId, startNext } = yield* TransferJobs
      yield* begun
      assert.isUndefined(yield* startNext)
      assert.strictEqual(yield* countOpen, 0)
      const own = yield* makeId
      yield* add({ ...file, id: own })
      assert.strictEqual(yield* countOpen, 1)
      assert.strictEqual((yield* startNext)?.id, own)
    }).pipe(Effect.provide(jobs))
  )

  it.effect("passes for dead once it has said nothing for half a minute, and is taken up if it was only asleep", () =>
    Effect.gen(function* () {
      const { keepRunning, list, startNext } = yield* TransferJobs
      const id = yield* begun
      yield* TestClock.adjust("29 seconds")
      assert.isTrue(yield* keepRunning(id))
      yield* TestClock.adjust("29 seconds")
      assert.deepStrictEqual(yield* stateOf(id), ["running", null])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(
        (yield* list).map(({ finished_at, state }) => [state, finished_at]),
        [["interrupted", 29_000]]
      )
      assert.match(String((yield* stateOf(id))[1]), /has stopped; import the file again/)
      assert.isUndefined(yield* startNext)
      assert.isTrue(yield* keepRunning(id))
      assert.deepStrictEqual(yield* stateOf(id), ["running", null])
    }).pipe(Effect.provide(jobs))
  )

  it.effect("ends as its work ends", () =>
    Effect.gen(function* () {
      const { keep, list, problemsOf } = yield* TransferJobs
      const done = yield* runAsJob(file, (id) =>
        Effect.as(
          keep(id, { ...noRows, rows_read: 2, added: 1, problems: 1 }, [{ row: 3, message: "no", question: "一" }]),
          id
        )
      )
      assert.deepStrictEqual(yield* stateOf(done), ["done", null])
      assert.deepStrictEqual(yield* problemsOf(done), [{ row: 3, message: "no", question: "一" }])
      assert.deepInclude((yield* list)[0], { rows_read: 2, added: 1, problems: 1, name: "a.csv", format: "csv" })

      const failure = yield* Effect.flip(runAsJob(file, () => new FileUnreadable({ detail: "no xlsx" })))
      assert.instanceOf(failure, FileUnreadable)
      assert.deepInclude((yield* list)[0], { state: "failed", error: "no xlsx" })

      const began = yield* Deferred.make<void>()
      const working = yield* Effect.forkChild(
        runAsJob(file, () => Effect.andThen(Deferred.succeed(began, undefined), Effect.never))
      )
      yield* Deferred.await(began)
      yield* Fiber.interrupt(working)
      assert.deepInclude((yield* list)[0], { state: "interrupted", error: "it was stopped" })
    }).pipe(Effect.provide(jobs))
  )

  it.effect("lives on while it works, and stops when somebody cancels it", () =>
    Effect.gen(function* () {
      const { end, list } = yield* TransferJobs
      const began = yield* Deferred.make<JobId>()
      let isStopped = false
      const working = yield* Effect.forkChild(
        runAsJob(file, (id) =>
          Effect.andThen(Deferred.succeed(began, id), Effect.never).pipe(
            Effect.onInterrupt(() => Effect.sync(() => (isStopped = true)))
          )
        )
      )
      const id = yield* Deferred.await(began)
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual(yield* stateOf(id), ["running", null])
      yield* end(id, "cancelled")
      yield* TestClock.adjust("2 seconds")
      const exit = yield* Fiber.await(working)
      assert.deepStrictEqual(exit, Exit.fail(new ImportCancelled()))
      assert.isTrue(isStopped)
      assert.strictEqual((yield* list)[0]?.state, "cancelled")
    }).pipe(Effect.provide(jobs))
  )

  it.live("is shown by a service on the same bank, and cancelled over HTTP", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const home = yield* files.makeTempDirectoryScoped()
      const set = [`database.url=sqlite:///${home}/siku.db`]
      const base = yield* startSiku({ home, set })
      yield* Effect.gen(function* () {
        const began = yield* Deferred.make<JobId>()
        const working = yield* Effect.forkChild(
          runAsJob(file, (id) => Effect.andThen(Deferred.succeed(began, id), Effect.never))
        )
        const id = yield* Deferred.await(began)
        const shown = yield* manage(base, "GET", `/api/v1/jobs/${id}`)
        assert.deepInclude(shown.json, { state: "running", name: "a.csv", row_problems: [] })
        const cancelled = yield* manage(base, "POST", `/api/v1/jobs/${id}/cancel`)
        assert.deepInclude(cancelled.json, { state: "cancelled" })
        assert.deepStrictEqual(yield* Fiber.await(working), Exit.fail(new ImportCancelled()))
      }).pipe(
        Effect.provide(TransferJobs.layer.pipe(Layer.provide(Sql.layer), Layer.provide(testConfig({ home, set }))))
      )
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

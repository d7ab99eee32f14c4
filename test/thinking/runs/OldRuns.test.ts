import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Clock, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import type { RunId } from "../../../src/thinking/RunId.ts"
import { RunLog } from "../../../src/thinking/RunLog.ts"
import type { ThoughtEvent } from "../../../src/thinking/ThoughtEvent.ts"
import * as OldRuns from "../../../src/thinking/runs/OldRuns.ts"
import { testConfig } from "../../support/config.ts"
import { answered, aRequest, delta, runId, started } from "./events.ts"

const services = (...set: ReadonlyArray<string>) =>
  Layer.mergeAll(RunLog.layer, QuestionRepo.layer).pipe(
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(testConfig({ set })),
    Layer.provide(NodeServices.layer)
  )

/** A run as it stands in the log, from its first event to the last given. */
const put = Effect.fnUntraced(function* (id: RunId, at: number, ...events: ReadonlyArray<ThoughtEvent>) {
  const log = yield* RunLog
  yield* log.create({ id, request: aRequest("Why?"), background: true })
  const logged = [started("Why?", true), ...events].map((event, index) => ({ run: id, seq: index + 1, at, event }))
  for (const some of Arr.chunksOf(logged, 400)) if (Arr.isReadonlyArrayNonEmpty(some)) yield* log.append(some)
})
const end = answered("It scatters.")

const idsIn = Effect.fnUntraced(function* (table: "runs" | "run_events") {
  const sql = yield* SqlClient.SqlClient
  const column = sql(table === "runs" ? "id" : "run_id")
  const rows = yield* sql<{
    readonly id: string
  }>`SELECT DISTINCT ${column} AS id FROM ${sql(table)} ORDER BY ${column}`
  return rows.map(({ id }) => id)
})

describe("OldRuns", () => {
  it.effect("forgets runs that ended before a time, with all their events, and none that goes on or ended later", () =>
    Effect.gen(function* () {
      yield* put(runId(1), 500, end)
      yield* put(runId(2), 500, { type: "RunFailed", reason: "models_failed", detail: "" })
      yield* put(runId(3), 500, { type: "RunCancelled" })
      yield* put(runId(4), 500, delta("It"))
      yield* put(runId(5), 1000, end)
      yield* put(runId(6), 500, ...Arr.makeBy(1400, (at) => delta(`piece ${at}`)), end)
      assert.strictEqual(yield* OldRuns.forgetRunsBefore(1000), 4)
      for (const table of ["runs", "run_events"] as const) {
        assert.deepStrictEqual(yield* idsIn(table), [runId(4), runId(5)], table)
      }
    }).pipe(Effect.provide(services()))
  )

  it.effect("keeps a run that a question of the bank names, among however many questions and runs", () =>
    Effect.gen(function* () {
      const named = [runId(3), runId(150)]
      for (const id of Arr.makeBy(250, (n) => runId(n))) yield* put(id, 500, end)
      const repo = yield* QuestionRepo
      const question = (title: string) => makeQuestion({ title, options: [], type: "single" })
      yield* repo.insertAll(
        Arr.makeBy(1200, (at) => ({
          question: question(`question ${at}`),
          answer: ["A"],
          source: "ai" as const,
          status: "unverified" as const,
          confidence: 0.5,
          ...(at === 7 || at === 1150 ? { reference: named[at === 7 ? 0 : 1] ?? "" } : {})
        }))
      )
      assert.strictEqual(yield* OldRuns.forgetRunsBefore(1000), 248)
      assert.deepStrictEqual(yield* idsIn("runs"), named)
      assert.deepStrictEqual(yield* idsIn("run_events"), named)
    }).pipe(Effect.provide(services()))
  )

  const afterDays = (days: number, ...set: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      yield* put(runId(1), yield* Clock.currentTimeMillis, end)
      yield* Layer.build(OldRuns.layer)
      yield* TestClock.adjust(`${days} days`)
      const before = yield* idsIn("runs")
      yield* TestClock.adjust("1 hour")
      return [before, yield* idsIn("runs")]
    }).pipe(Effect.scoped, Effect.provide(services(...set)))

  it.effect("looks every hour for runs that are older than the settings say", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* afterDays(30), [[runId(1)], []])
      assert.deepStrictEqual(yield* afterDays(2, "thinking.keep_days=2"), [[runId(1)], []])
    })
  )

  it.effect("keeps all of them where the settings say so", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* afterDays(400, "thinking.keep_days=0"), [[runId(1)], [runId(1)]])
    })
  )
})

// Runs that nobody has needed for a long time are deleted with their events.
import { Array as Arr, Clock, Duration, Effect, Layer, Schedule, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { LiveSettings } from "../../platform/settings/LiveSettings.ts"
import { RunId } from "../RunId.ts"
import { isOpen, RunRow } from "./RunRow.ts"

const lookEvery = "1 hour"
// Each a short stretch of the event loop, and of a database that others write to.
const runsPerPage = 100
const questionsPerPage = 500
const eventsPerPortion = 500

/**
 * Deletes the runs that ended before `before` (milliseconds since 1970), but for those that a question of the bank names as
 * where its answer comes from; answers with how many. A run that is deleted half-way is done with the next time.
 */
export const forgetRunsBefore = Effect.fn("OldRuns.forgetRunsBefore")(function* (before: number) {
  const sql = yield* SqlClient.SqlClient

  const runsAfter = SqlSchema.findAll({
    Request: Schema.String,
    Result: Schema.Struct({
      id: RunId,
      state: RunRow.fields.state,
      created_at: Schema.Finite,
      ended_at: RunRow.fields.ended_at
    }),
    execute: (after) => sql`
      SELECT id, state, created_at, ended_at FROM runs WHERE id > ${after}
      ORDER BY id LIMIT ${sql.literal(String(runsPerPage))}`
  })
  const questionsAfter = SqlSchema.findAll({
    Request: Schema.String,
    Result: Schema.Struct({ id: Schema.String, reference: Schema.NullOr(Schema.String) }),
    execute: (after) => sql`
      SELECT id, reference FROM bank_questions WHERE id > ${after}
      ORDER BY id LIMIT ${sql.literal(String(questionsPerPage))}`
  })
  const lastEvent = SqlSchema.findOne({
    Request: RunId,
    Result: Schema.Struct({ seq: Schema.NullOr(Schema.Finite) }),
    execute: (id) => sql`SELECT MAX(seq) AS seq FROM run_events WHERE run_id = ${id}`
  })

  // Read from one end to the other, once: to ask for each run would take an index that every import had to keep up. A run
  // this old is named by no question that is not there yet.
  const named = yield* Effect.cached(
    Effect.gen(function* () {
      const references = new Set<string>()
      let after = ""
      for (;;) {
        const questions = yield* questionsAfter(after)
        for (const { reference } of questions) if (reference !== null && isRunId(reference)) references.add(reference)
        const last = questions.at(-1)
        if (last === undefined || questions.length < questionsPerPage) return references
        after = last.id
        yield* Effect.yieldNow
      }
    })
  )

  // Its row last: what has no row is not found any more.
  const forget = Effect.fnUntraced(function* (id: RunId) {
    const { seq } = yield* lastEvent(id)
    for (let from = 0; from < (seq ?? 0); from += eventsPerPortion) {
      yield* sql`DELETE FROM run_events WHERE run_id = ${id} AND seq <= ${from + eventsPerPortion}`
      yield* Effect.yieldNow
    }
    yield* sql`DELETE FROM runs WHERE id = ${id}`
  })

  let forgotten = 0
  let after = ""
  for (;;) {
    const runs = yield* runsAfter(after)
    const old = runs.filter((run) => !isOpen(run) && run.ended_at !== null && run.ended_at < before)
    if (Arr.isReadonlyArrayNonEmpty(old)) {
      const kept = yield* named
      for (const { id } of old) {
        if (kept.has(id)) continue
        yield* forget(id)
        forgotten++
      }
    }
    const last = runs.at(-1)
    // In the order of their ids is in the order they began.
    if (last === undefined || runs.length < runsPerPage || last.created_at >= before) return forgotten
    after = last.id
    yield* Effect.yieldNow
  }
})

const isRunId = Schema.is(RunId)

/** Looks every hour for runs that ended more than `thinking.keep_days` days ago; with 0 all are kept. */
export const layer: Layer.Layer<never, never, LiveSettings | SqlClient.SqlClient> = Layer.effectDiscard(
  Effect.gen(function* () {
    const live = yield* LiveSettings
    const forgetOld = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const { keepDays } = live.current.thinking
      return keepDays === 0 ? Effect.succeed(0) : forgetRunsBefore(now - Duration.toMillis(Duration.days(keepDays)))
    })
    const look = forgetOld.pipe(
      Effect.tap((forgotten) => (forgotten === 0 ? Effect.void : Effect.logInfo(`old runs forgotten: ${forgotten}`))),
      Effect.catch((error) => Effect.logWarning(`old runs could not be forgotten: ${error.message}`))
    )
    yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced(lookEvery)))
  })
)

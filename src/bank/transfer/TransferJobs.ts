import { Array as Arr, Clock, Context, Effect, Layer, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError, SqlSchema } from "effect/sql"
import type { FileFormat } from "./FileFormat.ts"
import type { RowProblem } from "./ImportBatch.ts"
import type { WritePolicy } from "../write/QuestionWriter.ts"
import { noRows, type Tally } from "./Tally.ts"
import { JobId, JobProblem, TransferJob } from "./TransferJob.ts"

/** Of each job so many problems are kept; the rest are only counted. */
export const mostKeptProblems = 1000

export interface NewJob {
  readonly id: JobId
  readonly name: string
  readonly format: FileFormat | undefined
  readonly policy: WritePolicy
  readonly bytes: number
}

/** The jobs in SQL. A failing database is a defect. */
export class TransferJobs extends Context.Service<
  TransferJobs,
  {
    readonly makeId: Effect.Effect<JobId>
    /** Adds a job that waits. */
    readonly add: (job: NewJob) => Effect.Effect<void>
    readonly find: (id: string) => Effect.Effect<TransferJob | undefined>
    /** The newest first, at most 100. */
    readonly list: Effect.Effect<ReadonlyArray<TransferJob>>
    /** How many wait or run. */
    readonly countOpen: Effect.Effect<number>
    /** Sets the oldest job that has not ended running, the one that was running before any other. */
    readonly startNext: Effect.Effect<TransferJob | undefined>
    /** Keeps how far a job is; to be called in the transaction that writes its rows. */
    readonly keep: (
      id: JobId,
      tally: Tally,
      problems: ReadonlyArray<RowProblem>
    ) => Effect.Effect<void, SqlError.SqlError>
    /** Ends a job that has not ended; says whether it did. */
    readonly end: (id: string, state: "done" | "failed" | "cancelled", error?: string) => Effect.Effect<boolean>
    /** The problems kept, by row. */
    readonly problemsOf: (id: string) => Effect.Effect<ReadonlyArray<RowProblem>>
  }
>()("siku/bank/transfer/TransferJobs") {
  static readonly layer: Layer.Layer<TransferJobs, never, SqlClient.SqlClient> = Layer.effect(
    TransferJobs,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(Object.keys(TransferJob.fields).join(", "))
  const open = sql.literal("state IN ('running', 'queued')")

  const byId = SqlSchema.findAll({
    Request: Schema.String,
    Result: TransferJob,
    execute: (id) => sql`SELECT ${columns} FROM transfer_jobs WHERE id = ${id}`
  })
  const newest = SqlSchema.findAll({
    Request: Schema.Void,
    Result: TransferJob,
    execute: () => sql`SELECT ${columns} FROM transfer_jobs ORDER BY id DESC LIMIT 100`
  })
  const nextOpen = SqlSchema.findAll({
    Request: Schema.Void,
    Result: TransferJob,
    execute: () => sql`
      SELECT ${columns} FROM transfer_jobs WHERE ${open}
      ORDER BY CASE state WHEN 'running' THEN 0 ELSE 1 END, id LIMIT 1`
  })
  const openCount = SqlSchema.findOne({
    Request: Schema.Void,
    Result: Schema.Struct({ count: Schema.Finite }),
    execute: () => sql`SELECT COUNT(*) AS count FROM transfer_jobs WHERE ${open}`
  })
  const problemsOf = SqlSchema.findAll({
    Request: Schema.String,
    Result: JobProblem,
    execute: (id) => sql`
      SELECT ${sql("row")}, message FROM transfer_problems WHERE job_id = ${id} ORDER BY ${sql("row")}`
  })
  const find = (id: string) => Effect.map(Effect.orDie(byId(id)), ([job]) => job)

  return TransferJobs.of({
    makeId: Effect.sync(() => JobId.make(`j_${SecureRandom.uuidV7Unsafe()}`)),
    add: Effect.fnUntraced(function* ({ bytes, format, id, name, policy }) {
      yield* sql`INSERT INTO transfer_jobs ${sql.insert({
        ...noRows,
        id,
        kind: "import",
        state: "queued",
        name: name.slice(0, 255),
        format: format ?? null,
        policy,
        dry_run: 0,
        options: "{}",
        bytes_total: bytes,
        created_at: yield* Clock.currentTimeMillis
      })}`
    }, Effect.orDie),
    find,
    list: Effect.orDie(newest()),
    countOpen: openCount().pipe(
      Effect.map(({ count }) => count),
      Effect.orDie
    ),
    startNext: Effect.gen(function* () {
      const [next] = yield* nextOpen()
      if (next === undefined) return undefined
      const now = yield* Clock.currentTimeMillis
      yield* sql`
        UPDATE transfer_jobs SET state = 'running', started_at = COALESCE(started_at, ${now}) WHERE id = ${next.id}`
      return yield* find(next.id)
    }).pipe(sql.withTransaction, Effect.orDie),
    keep: Effect.fnUntraced(function* (id, tally, problems) {
      yield* sql`UPDATE transfer_jobs SET ${sql.update(tally)} WHERE id = ${id}`
      const room = mostKeptProblems - (tally.problems - problems.length)
      const kept = problems.slice(0, Math.max(0, room)).map(({ message, row }) => ({ job_id: id, row, message }))
      if (Arr.isArrayNonEmpty(kept)) yield* sql`INSERT INTO transfer_problems ${sql.insert(kept)}`
    }),
    end: Effect.fnUntraced(function* (id, state, error) {
      const now = yield* Clock.currentTimeMillis
      const ended = yield* sql`
        UPDATE transfer_jobs SET state = ${state}, finished_at = ${now}, error = ${error ?? null}
        WHERE id = ${id} AND ${open} RETURNING id`
      return ended.length > 0
    }, Effect.orDie),
    problemsOf: (id) => Effect.orDie(problemsOf(id))
  })
})

import { Array as Arr, Clock, Context, Effect, Layer, Schema } from "effect"
import { SqlClient, type SqlError, SqlSchema } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import type { ImportFormat } from "./FileFormat.ts"
import { FileReport } from "../files/FileReport.ts"
import { plainReading, ReadOptions, type RowProblem } from "./ImportBatch.ts"
import type { WritePolicy } from "../write/QuestionWriter.ts"
import { noRows, type Tally } from "./Tally.ts"
import { encodeKeeper, Keeper, keptAt, ofTheService, patienceMillis, wasAbandoned } from "./Keeper.ts"
import { JobId, JobProblem, type JobState, TransferJob } from "./TransferJob.ts"

/** Of each job so many problems are kept; the rest are only counted. */
export const mostKeptProblems = 1000

export type EndState = Exclude<JobState, "queued" | "running">

export interface NewJob {
  readonly id: JobId
  readonly name: string
  readonly format: ImportFormat | undefined
  readonly policy: WritePolicy
  readonly bytes: number
  readonly how: ReadOptions
}

const encodeReading = Schema.encodeSync(Schema.fromJsonString(ReadOptions))
const encodeReport = Schema.encodeSync(Schema.fromJsonString(FileReport))

/** The jobs in SQL. A failing database is a defect. */
export class TransferJobs extends Context.Service<
  TransferJobs,
  {
    readonly makeId: Effect.Effect<JobId>
    /** Adds a job that waits for the service. */
    readonly add: (job: NewJob) => Effect.Effect<void>
    /** Adds a job that runs in this process, which says so again and again (`keepRunning`); no service takes it over. */
    readonly begin: (job: NewJob) => Effect.Effect<void>
    /** Says that a job runs that was begun here, and takes it up again if it passed for dead; false once it was ended. */
    readonly keepRunning: (id: JobId) => Effect.Effect<boolean>
    readonly find: (id: string) => Effect.Effect<TransferJob | undefined>
    /** The newest first, at most 100. */
    readonly list: Effect.Effect<ReadonlyArray<TransferJob>>
    /** How many wait or run in the service. */
    readonly countOpen: Effect.Effect<number>
    /** Sets the service's oldest job that has not ended running, the one that was running before any other. */
    readonly startNext: Effect.Effect<TransferJob | undefined>
    /** Keeps how far a job is; to be called in the transaction that writes its rows. */
    readonly keep: (
      id: JobId,
      tally: Tally,
      problems: ReadonlyArray<RowProblem>
    ) => Effect.Effect<void, SqlError.SqlError>
    /** How the file of a job is to be read. */
    readonly readingOf: (id: JobId) => Effect.Effect<ReadOptions>
    /** Keeps how the file of a job was taken. */
    readonly keepReport: (id: JobId, report: FileReport) => Effect.Effect<void>
    readonly reportOf: (id: string) => Effect.Effect<FileReport | undefined>
    /** Ends a job that has not ended; says whether it did. */
    readonly end: (id: string, state: EndState, error?: string) => Effect.Effect<boolean>
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
  const openHere = sql.literal(`state IN ('running', 'queued') AND options = '${ofTheService}'`)

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
      SELECT ${columns} FROM transfer_jobs WHERE ${openHere}
      ORDER BY CASE state WHEN 'running' THEN 0 ELSE 1 END, id LIMIT 1`
  })
  const openCount = SqlSchema.findOne({
    Request: Schema.Void,
    Result: Schema.Struct({ count: Schema.Finite }),
    execute: () => sql`SELECT COUNT(*) AS count FROM transfer_jobs WHERE ${openHere}`
  })
  const problemsOf = SqlSchema.findAll({
    Request: Schema.String,
    Result: JobProblem,
    execute: (id) => sql`
      SELECT ${sql("row")}, message, question FROM transfer_problems WHERE job_id = ${id} ORDER BY ${sql("row")}`
  })
  const readings = SqlSchema.findAll({
    Request: Schema.String,
    Result: Schema.Struct({ reading: Schema.NullOr(Schema.fromJsonString(ReadOptions)) }),
    execute: (id) => sql`SELECT reading FROM transfer_jobs WHERE id = ${id}`
  })
  const reports = SqlSchema.findAll({
    Request: Schema.String,
    Result: Schema.Struct({ report: Schema.NullOr(Schema.fromJsonString(FileReport)) }),
    execute: (id) => sql`SELECT report FROM transfer_jobs WHERE id = ${id}`
  })
  const runElsewhere = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ id: JobId, options: Keeper }),
    execute: () => sql`
      SELECT id, options FROM transfer_jobs WHERE state = 'running' AND options <> ${ofTheService}`
  })
  /** Ends the jobs whose process has said nothing for long: it is dead, and its file may be gone. */
  const endAbandoned = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    for (const { id, options } of yield* runElsewhere()) {
      if (now - options.seen < patienceMillis) continue
      // unless it has said something just now
      yield* sql`
        UPDATE transfer_jobs SET state = 'interrupted', finished_at = ${options.seen}, error = ${wasAbandoned}
        WHERE id = ${id} AND state = 'running' AND options = ${encodeKeeper(options)}`
    }
  }).pipe(Effect.orDie)
  const find = (id: string) => Effect.map(Effect.orDie(byId(id)), ([job]) => job)

  const insert = Effect.fnUntraced(function* (
    { bytes, format, how, id, name, policy }: NewJob,
    row: { readonly state: JobState; readonly options: string; readonly started_at: number | null },
    now: number
  ) {
    yield* sql`INSERT INTO transfer_jobs ${sql.insert({
      ...noRows,
      id,
      kind: "import",
      name: name.slice(0, 255),
      format: format ?? null,
      policy,
      dry_run: 0,
      bytes_total: bytes,
      reading: encodeReading(how),
      created_at: now,
      ...row
    })}`
  }, Effect.orDie)

  return TransferJobs.of({
    makeId: Effect.sync(() => JobId.make(`j_${sortableUuid()}`)),
    add: (job) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        insert(job, { state: "queued", options: ofTheService, started_at: null }, now)
      ),
    begin: (job) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        insert(job, { state: "running", options: keptAt(now), started_at: now }, now)
      ),
    keepRunning: Effect.fnUntraced(function* (id) {
      const kept = keptAt(yield* Clock.currentTimeMillis)
      const found = yield* sql`
        UPDATE transfer_jobs SET state = 'running', options = ${kept}, finished_at = NULL, error = NULL
        WHERE id = ${id} AND state IN ('running', 'interrupted') RETURNING id`
      return found.length > 0
    }, Effect.orDie),
    find: (id) => Effect.andThen(endAbandoned, find(id)),
    list: Effect.andThen(endAbandoned, Effect.orDie(newest())),
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
      const kept = problems.slice(0, Math.max(0, room)).map(({ message, question, row }) => ({
        job_id: id,
        row,
        message,
        question
      }))
      if (Arr.isArrayNonEmpty(kept)) yield* sql`INSERT INTO transfer_problems ${sql.insert(kept)}`
    }),
    readingOf: (id) => Effect.map(Effect.orDie(readings(id)), ([found]) => found?.reading ?? plainReading),
    keepReport: (id, report) =>
      sql`UPDATE transfer_jobs SET report = ${encodeReport(report)} WHERE id = ${id}`.pipe(Effect.orDie, Effect.asVoid),
    reportOf: (id) => Effect.map(Effect.orDie(reports(id)), ([found]) => found?.report ?? undefined),
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

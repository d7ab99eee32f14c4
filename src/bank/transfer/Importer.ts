import {
  Cause,
  Context,
  Deferred,
  Effect,
  Exit,
  FileSystem,
  Layer,
  Path,
  PubSub,
  Ref,
  Schema,
  Semaphore,
  Stream
} from "effect"
import type { SqlClient } from "effect/sql"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import { type QuestionDraft, QuestionWriter, type WriteOutcome, type WritePolicy } from "../write/QuestionWriter.ts"
import type { ImportFormat } from "./FileFormat.ts"
import { emptyReport, type FileReport } from "../files/FileReport.ts"
import type { ReadOptions, ReadRequest, RowProblem } from "./ImportBatch.ts"
import { importFile, previewFile } from "./importFile.ts"
import type { FileUnreadable } from "./ImportReader.ts"
import { noRows, type Tally } from "./Tally.ts"
import { hasEnded, type JobId, type TransferJob } from "./TransferJob.ts"
import { mostKeptProblems, TransferJobs } from "./TransferJobs.ts"

/** So many imports wait already. */
export class TooManyImports extends Schema.TaggedError<TooManyImports>()("TooManyImports", {
  waiting: Schema.Finite
}) {}

/** There is no such job. */
export class UnknownJob extends Schema.TaggedError<UnknownJob>()("UnknownJob", { id: Schema.String }) {}

/** The job has ended already. */
export class JobEnded extends Schema.TaggedError<JobEnded>()("JobEnded", { id: Schema.String }) {}

/** What an import would do. */
export interface ImportPreview {
  /** The first rows as they would be stored, at most 10. */
  readonly rows: ReadonlyArray<{
    readonly row: number
    readonly draft: QuestionDraft
    readonly outcome: WriteOutcome["outcome"]
  }>
  readonly tally: Tally
  /** At most 1,000. */
  readonly problems: ReadonlyArray<RowProblem>
  /** How the file was taken. */
  readonly report: FileReport
  /** Why the file could not be read to its end. */
  readonly error: string | undefined
}

export interface ImportRequest {
  readonly name: string
  readonly format: ImportFormat | undefined
  readonly policy: WritePolicy
  readonly how: ReadOptions
}

/** Imports that wait or run at the same time; more are refused. */
export const mostOpenImports = 20
const mostPreviewRows = 10
const notMoreOftenThan = "200 millis"
const atLeastEvery = "15 seconds"

/** Imports as jobs: one runs at a time, in the order they came; what a restart cuts off goes on where it stood. */
export class Importer extends Context.Service<
  Importer,
  {
    /** Where to put a file that is to be imported; whoever does not `submit` it drops it. */
    readonly place: Effect.Effect<{ readonly id: JobId; readonly file: string }>
    /** Puts the file at its place into the queue. */
    readonly submit: (
      id: JobId,
      request: ImportRequest & { readonly bytes: number }
    ) => Effect.Effect<TransferJob, TooManyImports>
    /** What an import of the file at its place would do; one at a time. */
    readonly preview: (id: JobId, request: ImportRequest) => Effect.Effect<ImportPreview>
    /** Deletes the file at its place. */
    readonly drop: (id: JobId) => Effect.Effect<void>
    /** Ends a job at the next row; what it wrote stays. */
    readonly cancel: (id: string) => Effect.Effect<TransferJob, UnknownJob | JobEnded>
    /** The job as it is now and whenever it changed, at least every 15 seconds; ends with the job. */
    readonly changes: (id: string) => Stream.Stream<TransferJob, UnknownJob>
  }
>()("siku/bank/transfer/Importer") {
  static readonly layer: Layer.Layer<
    Importer,
    never,
    TransferJobs | QuestionWriter | SqlClient.SqlClient | AppConfig | FileSystem.FileSystem | Path.Path
  > = Layer.effect(
    Importer,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const { home } = yield* AppConfig
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const jobs = yield* TransferJobs
  const context = yield* Effect.context<QuestionWriter | SqlClient.SqlClient>()
  const folder = path.join(home, "imports")
  const fileOf = (id: string) => path.join(folder, id)
  const drop = (id: string) => Effect.orDie(files.remove(fileOf(id), { force: true }))

  // A signal says that something changed, not what: the oldest may be dropped.
  const signals = yield* PubSub.sliding<string>(64)
  const wake = yield* PubSub.sliding<void>(1)
  const woken = yield* PubSub.subscribe(wake)
  const running = yield* Ref.make<{ readonly id: string; readonly cancelled: Deferred.Deferred<void> } | undefined>(
    undefined
  )
  const previews = yield* Semaphore.make(1)

  const run = Effect.fnUntraced(function* (job: TransferJob) {
    yield* Effect.logInfo(`importing ${job.name}${job.rows_read > 0 ? ` from row ${job.rows_read + 1} on` : ""}`)
    yield* importFile({
      request: { file: fileOf(job.id), format: job.format ?? undefined, how: yield* jobs.readingOf(job.id) },
      policy: job.policy,
      provenance: { origin: "import", who: "admin", why: `import of ${job.name}`, reference: job.id },
      from: job,
      alongside: (tally, problems) => jobs.keep(job.id, tally, problems)
    }).pipe(
      Stream.runForEach(({ batch: { report } }) =>
        Effect.andThen(
          report === undefined ? Effect.void : jobs.keepReport(job.id, report),
          PubSub.publish(signals, job.id)
        )
      ),
      Effect.provide(context)
    )
  })

  /** Runs a job to its end, whatever that is. Only the end of the service leaves it open. */
  const runToEnd = Effect.fnUntraced(function* (job: TransferJob) {
    const cancelled = yield* Deferred.make<void>()
    yield* Ref.set(running, { id: job.id, cancelled })
    const isThere = yield* Effect.orDie(files.exists(fileOf(job.id)))
    const exit = yield* isThere
      ? Effect.exit(Effect.raceFirst(run(job), Deferred.await(cancelled)))
      : Effect.succeed(Exit.die("its file is gone"))
    if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.failCause(exit.cause)
    if (yield* Deferred.isDone(cancelled)) yield* jobs.end(job.id, "cancelled")
    else if (Exit.isSuccess(exit)) yield* jobs.end(job.id, "done")
    else yield* fail(job, exit.cause, isThere)
    yield* Ref.set(running, undefined)
    yield* drop(job.id)
    yield* PubSub.publish(signals, job.id)
  })

  const fail = Effect.fnUntraced(function* (job: TransferJob, cause: Cause.Cause<FileUnreadable>, isThere: boolean) {
    const reason = cause.reasons.find(Cause.isFailReason)
    if (reason === undefined && isThere) yield* Effect.logError(`the import of ${job.name} failed`, cause)
    const error =
      reason?.error.detail ?? (isThere ? "something went wrong here; the log says what" : "its file is gone")
    yield* jobs.end(job.id, "failed", error)
  })

  // What was being sent when the service ended belongs to no job.
  const sweep = Effect.gen(function* () {
    if (!(yield* files.exists(folder))) return
    for (const name of yield* files.readDirectory(folder)) {
      const job = yield* jobs.find(name)
      if (job === undefined || hasEnded(job)) yield* drop(name)
    }
  }).pipe(Effect.orDie)
  // Before anything new can be sent.
  yield* sweep

  yield* Effect.gen(function* () {
    for (;;) {
      const job = yield* jobs.startNext
      if (job === undefined) yield* PubSub.take(woken)
      else {
        yield* PubSub.publish(signals, job.id)
        yield* runToEnd(job)
      }
    }
  }).pipe(
    Effect.tapCause((cause) =>
      Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logError("imports have stopped", cause)
    ),
    Effect.forkScoped
  )

  const read = (id: string) =>
    Effect.flatMap(jobs.find(id), (job) =>
      job === undefined ? Effect.fail(new UnknownJob({ id })) : Effect.succeed(job)
    )

  return Importer.of({
    place: Effect.gen(function* () {
      yield* files.makeDirectory(folder, { recursive: true, mode: 0o700 })
      const id = yield* jobs.makeId
      return { id, file: fileOf(id) }
    }).pipe(Effect.orDie),
    submit: Effect.fn("Importer.submit")(function* (id, request) {
      const waiting = yield* jobs.countOpen
      if (waiting >= mostOpenImports) return yield* new TooManyImports({ waiting })
      yield* jobs.add({ id, ...request })
      yield* PubSub.publish(wake, undefined)
      return yield* Effect.orDie(read(id))
    }),
    preview: Effect.fn("Importer.preview")(function* (id, { format, how, policy }) {
      return yield* previewOf({ request: { file: fileOf(id), format, how }, policy }).pipe(
        Effect.provide(context),
        previews.withPermit
      )
    }),
    drop,
    cancel: Effect.fn("Importer.cancel")(function* (id) {
      yield* read(id)
      const now = yield* Ref.get(running)
      if (now?.id === id) yield* Deferred.succeed(now.cancelled, undefined)
      else if (yield* jobs.end(id, "cancelled")) yield* drop(id)
      else return yield* new JobEnded({ id })
      yield* PubSub.publish(signals, id)
      // A running one ends with the batch it is at.
      yield* Stream.runDrain(changesOf(id))
      return yield* read(id)
    }),
    changes: changesOf
  })

  function changesOf(id: string): Stream.Stream<TransferJob, UnknownJob> {
    return Stream.unwrap(
      Effect.map(PubSub.subscribe(signals), (subscription) =>
        Stream.succeed(id).pipe(
          Stream.concat(
            Stream.fromSubscription(subscription).pipe(
              Stream.filter((changed) => changed === id),
              Stream.merge(Stream.map(Stream.drop(Stream.tick(atLeastEvery), 1), () => id))
            )
          ),
          Stream.rechunk(1),
          Stream.mapEffect(read),
          Stream.tap((job) => (hasEnded(job) ? Effect.void : Effect.sleep(notMoreOftenThan))),
          Stream.takeUntil(hasEnded)
        )
      )
    )
  }
})

/** What an import of a file would do. */
export const previewOf = Effect.fnUntraced(function* (options: {
  readonly request: Omit<ReadRequest, "skip">
  readonly policy: WritePolicy
}) {
  let preview: ImportPreview = {
    rows: [],
    tally: noRows,
    problems: [],
    report: emptyReport,
    error: undefined
  }
  yield* previewFile({ ...options, from: noRows }).pipe(
    Stream.runForEach(({ batch, outcomes, tally }) =>
      Effect.sync(() => {
        const rows = batch.drafts
          .slice(0, mostPreviewRows - preview.rows.length)
          .map((draft, index) => ({ row: batch.rows[index] ?? 0, draft, outcome: outcomes[index] ?? "skipped" }))
        preview = {
          rows: [...preview.rows, ...rows],
          tally,
          problems: [...preview.problems, ...batch.problems].slice(0, mostKeptProblems),
          report: batch.report ?? preview.report,
          error: undefined
        }
      })
    ),
    Effect.catchTag("FileUnreadable", ({ detail }) =>
      Effect.sync(() => {
        preview = { ...preview, error: detail }
      })
    )
  )
  return preview
})

import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Option, Path, References, Schema, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { AnswerCache } from "../bank/AnswerCache.ts"
import { FileFormat, namedFormat } from "../bank/transfer/FileFormat.ts"
import type { RowProblem } from "../bank/transfer/ImportBatch.ts"
import { type Imported, importFile, previewFile } from "../bank/transfer/importFile.ts"
import type { FileUnreadable } from "../bank/transfer/ImportReader.ts"
import { runAsJob } from "../bank/transfer/runAsJob.ts"
import { noRows, type Tally } from "../bank/transfer/Tally.ts"
import { Policy } from "../bank/transfer/TransferJob.ts"
import { TransferJobs } from "../bank/transfer/TransferJobs.ts"
import type { QuestionWriter } from "../bank/write/QuestionWriter.ts"
import * as QuestionWriterLive from "../bank/write/QuestionWriterLive.ts"
import type { SqlClient } from "effect/sql"
import * as Sql from "../platform/Sql.ts"
import { makeProgress } from "./progress.ts"
import { configuration } from "./root.ts"

/** Rows of the file are not in the bank. */
class RowsFailed extends Schema.TaggedError<RowsFailed>()("RowsFailed", { count: Schema.Finite }) {
  override get message(): string {
    return `${this.count} ${this.count === 1 ? "row" : "rows"} could not be imported`
  }
}

/** There is no such file. */
class NoSuchFile extends Schema.TaggedError<NoSuchFile>()("NoSuchFile", { file: Schema.String }) {
  override get message(): string {
    return `there is no file ${this.file}`
  }
}

// Only what goes wrong: the progress is on the screen.
const quiet = Layer.succeed(References.MinimumLogLevel, "Warn" as const)

const bank = Layer.merge(QuestionWriterLive.layer, TransferJobs.layer).pipe(
  Layer.provideMerge(AnswerCache.layer),
  Layer.provideMerge(Sql.layer),
  Layer.provide(configuration),
  Layer.provideMerge(NodeServices.layer),
  Layer.provideMerge(quiet)
)

const mostShownProblems = 20

export const importQuestions = Command.make(
  "import",
  {
    file: Argument.String("file").pipe(Argument.withDescription("An xlsx, csv, tsv, json or jsonl file.")),
    policy: Flag.Literals("policy", Policy.literals).pipe(
      Flag.withDescription("What becomes of questions that are there: skip, overwrite or merge."),
      Flag.withDefault("skip")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(Flag.withDescription("Only say what would happen."), Flag.withDefault(false)),
    format: Flag.Literals("format", FileFormat.literals).pipe(
      Flag.withDescription("Without it the file's name and content decide."),
      Flag.optional
    )
  },
  Effect.fn("cli.import")(function* (given) {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const file = path.resolve(given.file)
    const info = yield* files.stat(file).pipe(Effect.mapError(() => new NoSuchFile({ file: given.file })))
    if (info.type !== "File") return yield* new NoSuchFile({ file: given.file })
    const options = {
      request: { file, format: Option.getOrElse(given.format, () => namedFormat({ name: file })) },
      policy: given.policy,
      from: noRows
    }
    const problems: Array<RowProblem> = []
    const progress = makeProgress(Number(info.size))
    let tally: Tally = noRows
    const run = (batches: Stream.Stream<Imported, FileUnreadable, QuestionWriter | SqlClient.SqlClient>) =>
      Stream.runForEach(batches, (done) =>
        Effect.sync(() => {
          tally = done.tally
          problems.push(...done.batch.problems.slice(0, mostShownProblems - problems.length))
          progress.show(tally.bytes_read, tally.rows_read)
        })
      )
    const jobs = yield* TransferJobs
    const name = path.basename(file)
    const { format } = options.request
    const work = given.dryRun
      ? run(previewFile(options))
      : runAsJob({ name, format, policy: given.policy, bytes: Number(info.size) }, (id) =>
          run(
            importFile({
              ...options,
              provenance: { origin: "import", who: "admin", why: `import of ${name}`, reference: id },
              alongside: (tally, problems) => jobs.keep(id, tally, problems)
            })
          )
        )
    const error = yield* work.pipe(
      Effect.as(undefined),
      Effect.catchTag("FileUnreadable", ({ detail }) => Effect.succeed(detail)),
      Effect.ensuring(Effect.sync(progress.end))
    )
    yield* say(report(tally, problems, given.dryRun))
    if (error !== undefined) yield* say(`The file could not be read to its end: ${error}`)
    if (error !== undefined || tally.problems > 0) {
      return yield* new RowsFailed({ count: tally.problems + (error === undefined ? 0 : 1) })
    }
  }, Effect.provide(bank))
).pipe(
  Command.withDescription(
    "Reads questions from a file into the bank; no server is needed, and a running one does not mind."
  )
)

const say = (text: string) => Effect.sync(() => process.stdout.write(`${text}\n`))

const report = (tally: Tally, problems: ReadonlyArray<RowProblem>, isDry: boolean): string => {
  const counts = [
    ["rows", tally.rows_read],
    ["added", tally.added],
    ["updated", tally.updated],
    ["merged", tally.merged],
    ["unchanged", tally.unchanged],
    ["skipped", tally.skipped],
    ["disputed", tally.disputed],
    ["with problems", tally.problems]
  ] as const
  const shown = problems.map(({ message, row }) => `  row ${row}: ${message}`)
  const more = tally.problems - problems.length
  return [
    ...(isDry ? ["This is what an import would do; nothing was written."] : []),
    ...counts.map(([name, count]) => `${name.padEnd(14)}${String(count).padStart(10)}`),
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : [])
  ].join("\n")
}

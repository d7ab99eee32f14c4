import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Option, Path, References, Result, Schema, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { AnswerCache } from "../bank/AnswerCache.ts"
import type { FileReport } from "../bank/files/FileReport.ts"
import { readGivenColumns } from "../bank/files/mapping/GivenColumns.ts"
import { templateFile } from "../bank/files/template/templateFile.ts"
import { Language, languageOf } from "../bank/files/Words.ts"
import { ImportFormat, namedFormat } from "../bank/transfer/FileFormat.ts"
import type { ReadOptions, RowProblem } from "../bank/transfer/ImportBatch.ts"
import { importFile } from "../bank/transfer/importFile.ts"
import { previewOf } from "../bank/transfer/Importer.ts"
import { runAsJob } from "../bank/transfer/runAsJob.ts"
import { noRows, type Tally } from "../bank/transfer/Tally.ts"
import { Policy } from "../bank/transfer/TransferJob.ts"
import { TransferJobs } from "../bank/transfer/TransferJobs.ts"
import * as QuestionWriterLive from "../bank/write/QuestionWriterLive.ts"
import { processEnvironment } from "../platform/config/environment.ts"
import * as Sql from "../platform/Sql.ts"
import { importWords, previewLines, reportLines, tallyLines } from "./import/words.ts"
import { makeProgress } from "./progress.ts"
import { configuration } from "./root.ts"

/** The command could not do all of what it was asked for; in the words that it says. */
class ImportFailed extends Schema.TaggedError<ImportFailed>()("ImportFailed", { text: Schema.String }) {
  override get message(): string {
    return this.text
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
const templates = ["xlsx", "csv", "tsv", "json", "jsonl", "txt", "docx"] as const

export const importQuestions = Command.make(
  "import",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("An xlsx, xls, docx, txt, csv, tsv, json or jsonl file."),
      Argument.optional
    ),
    policy: Flag.Literals("policy", Policy.literals).pipe(
      Flag.withDescription("What becomes of questions that are there: skip, overwrite or merge."),
      Flag.withDefault("skip")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Only say what each column was taken for, and what would happen."),
      Flag.withDefault(false)
    ),
    map: Flag.String("map").pipe(
      Flag.withDescription("Which column is what, as answer=正确选项 or question=#2; may be given more than once."),
      Flag.between(0, 64)
    ),
    indexFrom: Flag.Literals("index-from", ["0", "1"]).pipe(
      Flag.withDescription(
        "Whether answers that are numbers of options count from 0 or 1, where the file does not tell."
      ),
      Flag.optional
    ),
    language: Flag.Literals("language", Language.literals).pipe(
      Flag.withDescription("Of what is said; without it the language of the terminal (LC_ALL, LANG)."),
      Flag.optional
    ),
    template: Flag.Literals("template", templates).pipe(
      Flag.withDescription("Write a file to start from instead; its name may be given."),
      Flag.optional
    ),
    format: Flag.Literals("format", ImportFormat.literals).pipe(
      Flag.withDescription("What the file holds decides; this only where that says nothing."),
      Flag.optional
    )
  },
  Effect.fn("cli.import")(function* (given) {
    const language = Option.getOrElse(given.language, languageOfTerminal)
    const words = importWords(language)
    if (Option.isSome(given.template)) {
      return yield* writeTemplate(given.template.value, language, Option.getOrUndefined(given.file))
    }
    if (Option.isNone(given.file)) return yield* new ImportFailed({ text: words.fileNeeded })
    const columns = readGivenColumns(given.map)
    if (Result.isFailure(columns)) return yield* new ImportFailed({ text: columns.failure.words[language] })
    const firstNumber = Option.match(given.indexFrom, { onNone: () => null, onSome: (from) => (from === "0" ? 0 : 1) })
    const how: ReadOptions = { columns: columns.success, firstNumber, language }
    const done = yield* (given.dryRun ? preview : carryOut)({
      name: given.file.value,
      format: Option.getOrUndefined(given.format),
      policy: given.policy,
      how
    }).pipe(Effect.provide(bank))
    yield* say(tallyLines(words, done.tally, done.problems))
    const { error, tally } = done
    if (error !== undefined) yield* say([words.unreadable(error)])
    if (error !== undefined || tally.problems > 0) {
      return yield* new ImportFailed({ text: words.failed(tally.problems + (error === undefined ? 0 : 1)) })
    }
  })
).pipe(
  Command.withDescription(
    "Reads questions from a file into the bank; no server is needed, and a running one does not mind."
  )
)

interface Wanted {
  readonly name: string
  readonly format: ImportFormat | undefined
  readonly policy: typeof Policy.Type
  readonly how: ReadOptions
}

interface Done {
  readonly tally: Tally
  readonly problems: ReadonlyArray<RowProblem>
  readonly error: string | undefined
}

const languageOfTerminal = (): Language => {
  const { LANG, LC_ALL, LC_MESSAGES } = processEnvironment()
  return languageOf(LC_ALL || LC_MESSAGES || LANG) ?? "en"
}

/** The file that was named, with its size; fails where there is none. */
const fileOf = Effect.fnUntraced(function* ({ format, how: { language }, name }: Wanted) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.resolve(name)
  const missing = new ImportFailed({ text: importWords(language).noFile(name) })
  const info = yield* files.stat(file).pipe(Effect.mapError(() => missing))
  if (info.type !== "File") return yield* missing
  return { file, base: path.basename(file), bytes: Number(info.size), format: format ?? namedFormat({ name: file }) }
})

/** Says what an import would do. */
const preview = Effect.fnUntraced(function* (wanted: Wanted) {
  const words = importWords(wanted.how.language)
  const { file, format } = yield* fileOf(wanted)
  const found = yield* previewOf({ request: { file, format, how: wanted.how }, policy: wanted.policy })
  const { error, problems, report, rows, tally } = found
  yield* say([
    words.dry,
    ...reportLines(words, report),
    ...previewLines(words, rows),
    ...(report.tables.length === 0 ? [] : [words.mapHint])
  ])
  const done: Done = { tally, problems, error }
  return done
})

/** Imports the file as a job that is seen over HTTP as well. */
const carryOut = Effect.fnUntraced(function* (wanted: Wanted) {
  const words = importWords(wanted.how.language)
  const { base, bytes, file, format } = yield* fileOf(wanted)
  const jobs = yield* TransferJobs
  const { how, policy } = wanted
  const problems: Array<RowProblem> = []
  const progress = makeProgress(bytes)
  let tally: Tally = noRows
  let report: FileReport | undefined
  const work = runAsJob({ name: base, format, policy, bytes, how }, (id) =>
    importFile({
      request: { file, format, how },
      policy,
      from: noRows,
      provenance: { origin: "import", who: "admin", why: `import of ${base}`, reference: id },
      alongside: (tally, problems) => jobs.keep(id, tally, problems)
    }).pipe(
      Stream.runForEach((imported) => {
        tally = imported.tally
        report = imported.batch.report
        problems.push(...imported.batch.problems.slice(0, mostShownProblems - problems.length))
        progress.show(tally.bytes_read, tally.rows_read)
        return report === undefined ? Effect.void : jobs.keepReport(id, report)
      })
    )
  )
  const error = yield* work.pipe(
    Effect.as(undefined),
    Effect.catchTag("FileUnreadable", ({ detail }) => Effect.succeed(detail)),
    Effect.ensuring(Effect.sync(progress.end))
  )
  // What was passed over is said even where all went well.
  if (report !== undefined && report.unread.length > 0) {
    yield* say(reportLines(words, { tables: [], unread: report.unread }))
  }
  const done: Done = { tally, problems, error }
  return done
})

const writeTemplate = Effect.fnUntraced(function* (
  format: (typeof templates)[number],
  language: Language,
  name: string | undefined
) {
  const files = yield* FileSystem.FileSystem
  const words = importWords(language)
  const file = name ?? `siku-template.${format}`
  if (yield* files.exists(file)) return yield* new ImportFailed({ text: words.exists(file) })
  yield* Stream.run(templateFile(format, language), files.sink(file))
  yield* say([words.written(file)])
}, Effect.provide(NodeServices.layer))

const say = (lines: ReadonlyArray<string>) =>
  Effect.sync(() => {
    if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`)
  })

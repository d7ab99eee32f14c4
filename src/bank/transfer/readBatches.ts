import { Result } from "effect"
import { FileReporter } from "../files/FileReport.ts"
import { AnswerStyles } from "../files/meaning/AnswerStyle.ts"
import type { QuestionDraft } from "../write/QuestionWriter.ts"
import type { ImportBatch, ReadRequest, RowProblem } from "./ImportBatch.ts"
import { readRows } from "./reading/readRows.ts"
import { type SourceRow, UnreadableFile } from "./SourceRow.ts"
import { titleOf, understand } from "./understand.ts"

// One write each, which waits for the disk once.
const rowsPerBatch = 500
const charactersPerBatch = 1024 * 1024
/** So many rows show how a file writes its answers. */
const rowsOfEvidence = 500
const longestTitle = 200

/** The rows of a file in batches, understood; rejects with `UnreadableFile`. */
export async function* readBatches(request: ReadRequest): AsyncGenerator<ImportBatch> {
  const { file, format, how, skip } = request
  const { columns, language } = how
  const firstNumber = how.firstNumber ?? undefined
  const reporter = new FileReporter(language)
  const styles = new AnswerStyles(firstNumber)
  let drafts: Array<QuestionDraft> = []
  let rows: Array<number> = []
  let problems: Array<RowProblem> = []
  let rowsRead = 0
  let bytesRead = 0
  let characters = 0
  const take = (isLast = false): ImportBatch => {
    const batch = { drafts, rows, problems, rowsRead, bytesRead, report: isLast ? reporter.report : undefined }
    drafts = []
    rows = []
    problems = []
    characters = 0
    return batch
  }
  const onRead = (bytes: number) => {
    bytesRead += bytes
  }
  const problem = ({ row }: SourceRow, message: string, title: string | undefined) => {
    problems.push({ row, message, question: title === undefined ? null : title.slice(0, longestTitle) })
  }
  const readRow = (source: SourceRow): void => {
    if (rowsRead++ < skip) return
    if ("problem" in source) return problem(source, source.problem[language], source.title)
    const read = understand(source.fields, styles.of(source.fields))
    if (Result.isFailure(read)) return problem(source, read.failure[language], titleOf(source.fields))
    drafts.push(read.success)
    rows.push(source.row)
    characters += sizeOf(read.success)
  }
  /** Reads what is held back until it is known how the file writes its answers. */
  const settle = async () => {
    for (const source of held ?? []) if ("fields" in source) styles.see(source.fields)
    if (!styles.hasNumbers) return
    // Numbers of options begin at 0 or 1: one row far behind may be the only one to tell.
    const all = new AnswerStyles(firstNumber)
    const quiet = { given: columns, reporter: new FileReporter(language) }
    for await (const some of readRows(file, format, quiet, () => {})) {
      for (const source of some) if ("fields" in source) all.see(source.fields)
    }
    styles.become(all)
  }
  let held: Array<SourceRow> | undefined = []
  try {
    for await (const some of readRows(file, format, { given: columns, reporter }, onRead)) {
      let next = some
      if (held !== undefined) {
        held.push(...some)
        if (held.length < rowsOfEvidence) continue
        await settle()
        next = held
        held = undefined
      }
      for (const source of next) {
        readRow(source)
        if (drafts.length + problems.length >= rowsPerBatch || characters > charactersPerBatch) yield take()
      }
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    // What was read before the fault counts.
    for (const source of held ?? []) if ("fields" in source) styles.see(source.fields)
    for (const source of held ?? []) readRow(source)
    if (drafts.length + problems.length > 0) yield take(true)
    throw error
  }
  if (held !== undefined) {
    await settle()
    for (const source of held) {
      readRow(source)
      if (drafts.length + problems.length >= rowsPerBatch || characters > charactersPerBatch) yield take()
    }
  }
  yield take(true)
}

const sizeOf = ({ answer, explanation, question }: QuestionDraft): number =>
  question.title.length + total(question.options) + total(answer) + (explanation?.length ?? 0)

const total = (texts: ReadonlyArray<string>): number => texts.reduce((sum, text) => sum + text.length, 0)

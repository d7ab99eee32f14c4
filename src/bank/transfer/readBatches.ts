import { Result } from "effect"
import type { QuestionDraft } from "../write/QuestionWriter.ts"
import type { ImportBatch, ReadRequest, RowProblem } from "./ImportBatch.ts"
import { readRows } from "./reading/readRows.ts"
import { understand } from "./understand.ts"

// One write each, which waits for the disk once.
const rowsPerBatch = 500
const charactersPerBatch = 1024 * 1024

/** The rows of a file in batches, understood; rejects with `UnreadableFile`. */
export async function* readBatches({ file, format, skip }: ReadRequest): AsyncGenerator<ImportBatch> {
  let drafts: Array<QuestionDraft> = []
  let rows: Array<number> = []
  let problems: Array<RowProblem> = []
  let rowsRead = 0
  let bytesRead = 0
  let characters = 0
  const take = (): ImportBatch => {
    const batch = { drafts, rows, problems, rowsRead, bytesRead }
    drafts = []
    rows = []
    problems = []
    characters = 0
    return batch
  }
  const onRead = (bytes: number) => {
    bytesRead += bytes
  }
  try {
    for await (const some of readRows(file, format, onRead)) {
      for (const source of some) {
        if (rowsRead++ < skip) continue
        if ("problem" in source) problems.push({ row: source.row, message: source.problem })
        else {
          const read = understand(source.fields)
          if (Result.isFailure(read)) problems.push({ row: source.row, message: read.failure })
          else {
            drafts.push(read.success)
            rows.push(source.row)
            characters += sizeOf(read.success)
          }
        }
        if (drafts.length + problems.length >= rowsPerBatch || characters > charactersPerBatch) yield take()
      }
    }
  } catch (error) {
    // What was read before the fault counts.
    if (drafts.length + problems.length > 0) yield take()
    throw error
  }
  yield take()
}

const sizeOf = ({ answer, explanation, question }: QuestionDraft): number =>
  question.title.length + total(question.options) + total(answer) + (explanation?.length ?? 0)

const total = (texts: ReadonlyArray<string>): number => texts.reduce((sum, text) => sum + text.length, 0)

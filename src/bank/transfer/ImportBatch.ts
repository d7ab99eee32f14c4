import { Schema } from "effect"
import type { FileReport } from "../files/FileReport.ts"
import { GivenColumns } from "../files/mapping/GivenColumns.ts"
import { Language } from "../files/Words.ts"
import type { QuestionDraft } from "../write/QuestionWriter.ts"
import type { ImportFormat } from "./FileFormat.ts"

/** What is wrong with a row, by the number that a person finds it under, with the words of its question where it has any. */
export interface RowProblem {
  readonly row: number
  readonly message: string
  readonly question: string | null
}

/** Some rows of a file, understood: at most 500 of them. */
export interface ImportBatch {
  readonly drafts: ReadonlyArray<QuestionDraft>
  /** The rows that the drafts stand in. */
  readonly rows: ReadonlyArray<number>
  readonly problems: ReadonlyArray<RowProblem>
  /** Rows of the file up to here, those of this batch included. */
  readonly rowsRead: number
  readonly bytesRead: number
  /** How the file was taken, with its last batch. */
  readonly report: FileReport | undefined
}

/** How a person wants a file to be read. */
export const ReadOptions = Schema.Struct({
  /** The columns that were said to hold something, before any that are found. */
  columns: GivenColumns,
  /** The number of the first option, where answers are numbers; null: to be found from the file. */
  firstNumber: Schema.NullOr(Schema.Literals([0, 1])),
  /** In which problems are told. */
  language: Language
})
export type ReadOptions = typeof ReadOptions.Type

/** Everything is found from the file. */
export const plainReading: ReadOptions = { columns: [], firstNumber: null, language: "en" }

/** Which file to read, and how many of its rows were dealt with before. */
export interface ReadRequest {
  readonly file: string
  readonly format: ImportFormat | undefined
  readonly skip: number
  readonly how: ReadOptions
}

/** To the thread: `More` asks for one more batch. */
export type ToReader = { readonly _tag: "Read"; readonly request: ReadRequest } | { readonly _tag: "More" }

/** From the thread. */
export type FromReader =
  | { readonly _tag: "Batch"; readonly batch: ImportBatch }
  | { readonly _tag: "End" }
  | { readonly _tag: "Unreadable"; readonly message: string }
  | { readonly _tag: "Failed"; readonly message: string }

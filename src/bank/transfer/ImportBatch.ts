import type { QuestionDraft } from "../write/QuestionWriter.ts"
import type { FileFormat } from "./FileFormat.ts"

/** What is wrong with a row, by the number that a person finds it under. */
export interface RowProblem {
  readonly row: number
  readonly message: string
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
}

/** Which file to read, and how many of its rows were dealt with before. */
export interface ReadRequest {
  readonly file: string
  readonly format: FileFormat | undefined
  readonly skip: number
}

/** To the thread: `More` asks for one more batch. */
export type ToReader = { readonly _tag: "Read"; readonly request: ReadRequest } | { readonly _tag: "More" }

/** From the thread. */
export type FromReader =
  | { readonly _tag: "Batch"; readonly batch: ImportBatch }
  | { readonly _tag: "End" }
  | { readonly _tag: "Unreadable"; readonly message: string }
  | { readonly _tag: "Failed"; readonly message: string }

import { Schema } from "effect"
import type { WriteOutcome } from "../write/QuestionWriter.ts"

/** How far an import is, and what became of the rows. */
export const Tally = Schema.Struct({
  rows_read: Schema.Finite.annotate({ description: "Rows of the file dealt with so far." }),
  added: Schema.Finite,
  updated: Schema.Finite,
  merged: Schema.Finite,
  unchanged: Schema.Finite,
  skipped: Schema.Finite,
  disputed: Schema.Finite.annotate({ description: "Rows that contradict an answer that stands." }),
  problems: Schema.Finite.annotate({ description: "Rows that could not be understood." }),
  bytes_read: Schema.Finite
})
export type Tally = typeof Tally.Type

export const noRows: Tally = {
  rows_read: 0,
  added: 0,
  updated: 0,
  merged: 0,
  unchanged: 0,
  skipped: 0,
  disputed: 0,
  problems: 0,
  bytes_read: 0
}

/** The tally with one more batch. */
export const tallied = (
  before: Tally,
  batch: {
    readonly outcomes: ReadonlyArray<WriteOutcome["outcome"]>
    readonly problems: number
    readonly rowsRead: number
    readonly bytesRead: number
  }
): Tally => {
  const counts = { ...before }
  for (const outcome of batch.outcomes) counts[outcome]++
  return {
    ...counts,
    problems: before.problems + batch.problems,
    rows_read: batch.rowsRead,
    bytes_read: batch.bytesRead
  }
}

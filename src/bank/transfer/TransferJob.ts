import { Schema } from "effect"
import { ImportFormat } from "./FileFormat.ts"
import { Tally } from "./Tally.ts"

/** `j_` and a UUID of version 7: sorts by the time it was made. */
export const JobId = Schema.String.pipe(Schema.brand("JobId"))
export type JobId = typeof JobId.Type

export const JobState = Schema.Literals(["queued", "running", "done", "failed", "cancelled", "interrupted"]).annotate({
  description:
    "interrupted: a command that imported was stopped, or has said nothing for half a minute; it does not go on."
})
export type JobState = typeof JobState.Type

export const Policy = Schema.Literals(["skip", "overwrite", "merge"])

/** An import, from when it was asked for. Times are milliseconds since 1970. */
export const TransferJob = Schema.Struct({
  id: JobId,
  kind: Schema.Literal("import"),
  state: JobState,
  name: Schema.String.annotate({ description: "The file's name as it was given." }),
  format: Schema.NullOr(ImportFormat).annotate({ description: "Null where the content decides." }),
  policy: Policy,
  ...Tally.fields,
  bytes_total: Schema.Finite,
  created_at: Schema.Finite,
  started_at: Schema.NullOr(Schema.Finite),
  finished_at: Schema.NullOr(Schema.Finite),
  error: Schema.NullOr(Schema.String).annotate({
    description: "Why it failed; what was read before stays in the bank."
  })
}).annotate({ identifier: "TransferJob" })
export type TransferJob = typeof TransferJob.Type

export const JobProblem = Schema.Struct({
  row: Schema.Finite.annotate({
    description: "The row of the sheet or file, the line, or the element of the list; from 1."
  }),
  message: Schema.String.annotate({ description: "In the language that the import asked for." }),
  question: Schema.NullOr(Schema.String).annotate({ description: "How the row's question begins, where it has one." })
})

export const hasEnded = ({ state }: TransferJob): boolean => state !== "queued" && state !== "running"

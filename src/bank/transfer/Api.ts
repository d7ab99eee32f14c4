import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { RequiredScope, TakesAnyBody } from "../../platform/Access.ts"
import { ConflictProblem, InvalidProblem, NotFoundProblem, UnavailableProblem } from "../../platform/Problems.ts"
import { QuestionType } from "../QuestionType.ts"
import { AnswerOrigin, QuestionStatus } from "../StoredQuestion.ts"
import { FileReport } from "../files/FileReport.ts"
import { Language } from "../files/Words.ts"
import { contentTypes, FileFormat, ImportFormat } from "./FileFormat.ts"
import { Tally } from "./Tally.ts"
import { JobProblem, Policy, TransferJob } from "./TransferJob.ts"

const Outcome = Schema.Literals(["added", "updated", "merged", "unchanged", "skipped", "disputed"])

export const ImportPreviewReply = Schema.Struct({
  rows: Schema.Array(
    Schema.Struct({
      row: Schema.Finite,
      question: Schema.String,
      options: Schema.Array(Schema.String),
      answer: Schema.Array(Schema.String),
      type: QuestionType,
      explanation: Schema.NullOr(Schema.String),
      tags: Schema.Array(Schema.String),
      outcome: Outcome
    })
  ).annotate({ description: "The first rows as they would be stored, at most 10." }),
  ...Tally.fields,
  row_problems: Schema.Array(JobProblem).annotate({ description: "At most 1,000." }),
  ...FileReport.fields,
  error: Schema.NullOr(Schema.String).annotate({ description: "Why the file could not be read to its end." })
}).annotate({ identifier: "ImportPreview" })

const JobWithProblems = Schema.Struct({
  ...TransferJob.fields,
  row_problems: Schema.Array(JobProblem).annotate({ description: "At most 1,000, by row." }),
  report: Schema.NullOr(FileReport).annotate({
    description: "How the file was taken; null before it is read to its end."
  })
}).annotate({ identifier: "TransferJobWithProblems" })

const importQuery = {
  policy: Schema.optionalKey(Policy).annotate({
    description:
      "What becomes of questions that are there already: skip (the default) leaves them, overwrite puts the new answer in their place, merge adds what they lack. A model's answer always gives way, a person's correction never does."
  }),
  dry_run: Schema.optionalKey(Schema.Literals(["true", "false", "1", "0"])).annotate({
    description: "Only say what would happen."
  }),
  format: Schema.optionalKey(ImportFormat).annotate({
    description: "What the file holds decides; this only where that says nothing."
  }),
  map: Schema.optionalKey(Schema.Union([Schema.String, Schema.Array(Schema.String)])).annotate({
    description:
      "Which column or member is what, `answer=正确选项`, once for each: question, answer, options, optionA …, type, explanation, tags, isRight, ignore. `#3` is the third column."
  }),
  index_from: Schema.optionalKey(Schema.Literals(["0", "1"])).annotate({
    description: "Whether answers that are numbers of options count them from 0 or 1, where the file does not tell."
  }),
  language: Schema.optionalKey(Language).annotate({
    description: "Of what is said about rows; without it the header Accept-Language decides, else English."
  }),
  name: Schema.optionalKey(Schema.String).annotate({
    description: "The file's name, of a body that is the file itself."
  })
}

const exportQuery = {
  format: Schema.optionalKey(FileFormat),
  status: Schema.optionalKey(QuestionStatus),
  source: Schema.optionalKey(AnswerOrigin),
  tag: Schema.optionalKey(Schema.NonEmptyString)
}

const fileTypes = ["application/octet-stream", ...Object.values(contentTypes).map((type) => type.split(";")[0] ?? type)]

const params = { id: Schema.String }

/** Import, export and the jobs; for the scope admin but for import and export. */
export const TransferApi = HttpApiGroup.make("transfer")
  .add(
    HttpApiEndpoint.post("importQuestions", "/api/v1/questions/import", {
      query: importQuery,
      payload: HttpApiSchema.StreamUint8Array({ contentType: fileTypes }),
      success: [TransferJob.pipe(HttpApiSchema.status(202)), ImportPreviewReply],
      error: [InvalidProblem, UnavailableProblem]
    })
      .annotate(RequiredScope, "bank:write")
      .annotate(TakesAnyBody, true)
      .annotate(OpenApi.Summary, "Import a file of questions")
      .annotate(
        OpenApi.Description,
        "The body is the file, or a multipart form with it: xlsx, xls, docx, txt, csv, tsv, json or jsonl. It becomes a job that goes on after a restart; a dry run says what each column was taken for."
      )
  )
  .add(
    HttpApiEndpoint.get("exportQuestions", "/api/v1/questions/export", {
      query: exportQuery,
      success: HttpApiSchema.StreamUint8Array({ contentType: Object.values(contentTypes) })
    })
      .annotate(RequiredScope, "bank:read")
      .annotate(OpenApi.Summary, "Export questions as a file; csv without a format")
  )
  .add(
    HttpApiEndpoint.get("listJobs", "/api/v1/jobs", { success: Schema.Array(TransferJob) }).annotate(
      OpenApi.Summary,
      "The newest 100 jobs, the newest first"
    )
  )
  .add(
    HttpApiEndpoint.get("readJob", "/api/v1/jobs/:id", {
      params,
      success: JobWithProblems,
      error: NotFoundProblem
    }).annotate(OpenApi.Summary, "A job with the problems of its rows")
  )
  .add(
    HttpApiEndpoint.get("watchJob", "/api/v1/jobs/:id/events", {
      params,
      success: HttpApiSchema.StreamSse({ data: TransferJob }),
      error: NotFoundProblem
    }).annotate(OpenApi.Summary, "The job whenever it changed, at least every 15 seconds, until it has ended")
  )
  .add(
    HttpApiEndpoint.post("cancelJob", "/api/v1/jobs/:id/cancel", {
      params,
      success: TransferJob,
      error: [NotFoundProblem, ConflictProblem]
    }).annotate(OpenApi.Summary, "Stop a job; what it has written stays")
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Transfer",
      description: "Questions as files: import as jobs with progress, export while it is read."
    })
  )

import { Effect, FileSystem, Result, Stream } from "effect"
import { HttpServerError, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { SqlClient } from "effect/sql"
import { Api } from "../../Api.ts"
import { ConflictProblem, InvalidProblem, NotFoundProblem, UnavailableProblem } from "../../platform/Problems.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { readGivenColumns } from "../files/mapping/GivenColumns.ts"
import { type Language, languageOf } from "../files/Words.ts"
import { exportFile } from "./exportFile.ts"
import type { ReadOptions } from "./ImportBatch.ts"
import { contentTypes, namedFormat } from "./FileFormat.ts"
import { type ImportPreview, Importer, type TooManyImports, type UnknownJob } from "./Importer.ts"
import { type FileTooLarge, receiveFile } from "./receiveFile.ts"
import { TransferJobs } from "./TransferJobs.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "transfer",
  Effect.fnUntraced(function* (handlers) {
    const importer = yield* Importer
    const jobs = yield* TransferJobs
    const sql = yield* SqlClient.SqlClient
    const files = yield* FileSystem.FileSystem

    const find = Effect.fnUntraced(function* (id: string) {
      const job = yield* jobs.find(id)
      return job ?? (yield* notFound({ id }))
    })

    return handlers
      .handleRaw("importQuestions", ({ query, request }) =>
        Effect.gen(function* () {
          const { file, id } = yield* importer.place
          const { policy = "skip" } = query
          const how = yield* readingOf(query, request)
          return yield* Effect.gen(function* () {
            const received = yield* receiveFile(request, file).pipe(
              Effect.provideService(FileSystem.FileSystem, files),
              Effect.catchTags({
                FileTooLarge: (error) => refuse(request, "BodyTooLarge", error),
                NoFile: (error) => refuse(request, "Parse", error),
                MultipartError: (error) => refuse(request, "Parse", error),
                HttpServerError: Effect.die
              })
            )
            const name = query.name ?? received.name ?? "questions"
            const format = query.format ?? namedFormat({ name, contentType: received.contentType })
            if (query.dry_run === "true" || query.dry_run === "1") {
              const preview = yield* importer.preview(id, { name, format, policy, how })
              yield* importer.drop(id)
              return HttpServerResponse.jsonUnsafe(shown(preview))
            }
            const job = yield* importer
              .submit(id, { name, format, policy, how, bytes: received.bytes })
              .pipe(Effect.catchTag("TooManyImports", tooMany))
            return HttpServerResponse.jsonUnsafe(job, { status: 202 })
          }).pipe(Effect.onError(() => importer.drop(id)))
        })
      )
      .handle("exportQuestions", ({ query: { format = "csv", ...filter } }) =>
        Effect.succeed(
          HttpServerResponse.stream(Stream.provideService(exportFile(format, filter), SqlClient.SqlClient, sql), {
            contentType: contentTypes[format],
            headers: { "content-disposition": `attachment; filename="siku-questions.${format}"` }
          })
        )
      )
      .handle("listJobs", () => jobs.list)
      .handle("readJob", ({ params }) =>
        Effect.gen(function* () {
          return {
            ...(yield* find(params.id)),
            row_problems: yield* jobs.problemsOf(params.id),
            report: (yield* jobs.reportOf(params.id)) ?? null
          }
        })
      )
      .handle("watchJob", ({ params }) => Effect.map(find(params.id), ({ id }) => Stream.orDie(importer.changes(id))))
      .handle("cancelJob", ({ params }) =>
        importer.cancel(params.id).pipe(Effect.catchTags({ UnknownJob: notFound, JobEnded: () => ended }))
      )
  })
)

const refuse = (
  request: HttpServerRequest.HttpServerRequest,
  reason: "BodyTooLarge" | "Parse",
  cause: { readonly _tag: string } | FileTooLarge
) =>
  Effect.die(
    new HttpServerError.HttpServerError({ reason: new HttpServerError.RequestParseError({ request, reason, cause }) })
  )

/** How the caller wants the file to be read. */
const readingOf = Effect.fnUntraced(function* (
  query: {
    readonly map?: string | ReadonlyArray<string>
    readonly index_from?: "0" | "1"
    readonly language?: Language
  },
  { headers }: HttpServerRequest.HttpServerRequest
) {
  const language = query.language ?? languageOf(headers["accept-language"]) ?? "en"
  const columns = readGivenColumns(typeof query.map === "string" ? [query.map] : (query.map ?? []))
  if (Result.isFailure(columns)) {
    const detail = columns.failure.words[language]
    return yield* new InvalidProblem({
      detail,
      request_id: yield* RequestId,
      errors: [{ path: "map", message: detail }]
    })
  }
  const reading: ReadOptions = {
    columns: columns.success,
    firstNumber: query.index_from === undefined ? null : query.index_from === "0" ? 0 : 1,
    language
  }
  return reading
})

const shown = ({ error, problems, report, rows, tally }: ImportPreview) => ({
  rows: rows.map(({ draft: { answer, explanation, question, tags }, outcome, row }) => ({
    row,
    question: question.title,
    options: question.options,
    answer,
    type: question.type,
    explanation: explanation ?? null,
    tags: tags ?? [],
    outcome
  })),
  ...tally,
  row_problems: problems,
  ...report,
  error: error ?? null
})

const notFound = ({ id }: Pick<UnknownJob, "id">) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new NotFoundProblem({
        detail: `There is no job ${/^[\w-]{1,64}$/.test(id) ? id : "of that id"}. See GET /api/v1/jobs.`,
        request_id
      })
    )
  )

const ended = Effect.flatMap(RequestId, (request_id) =>
  Effect.fail(new ConflictProblem({ detail: "The job has ended already.", request_id }))
)

const tooMany = ({ waiting }: TooManyImports) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new UnavailableProblem({
        detail: `${waiting} imports wait already. Send the file once some have ended.`,
        request_id
      })
    )
  )

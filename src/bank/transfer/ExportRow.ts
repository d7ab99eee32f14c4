import { Effect, Option, Schema, Stream } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { AnswerOrigin, QuestionStatus, StoredQuestion } from "../StoredQuestion.ts"

const { answer, confidence, created_at, explanation, id, options, source, status, tags, title, type } =
  StoredQuestion.fields

/** As much of a row of the bank as an export carries. */
export const ExportRow = Schema.Struct({
  id,
  title,
  options,
  answer,
  type,
  source,
  status,
  confidence,
  tags,
  explanation,
  created_at
})
export type ExportRow = typeof ExportRow.Type

/** Which rows to export; what is not given lets all pass. */
export interface ExportFilter {
  readonly status?: QuestionStatus | undefined
  readonly tag?: string | undefined
  readonly source?: AnswerOrigin | undefined
}

// Some two milliseconds of the event loop.
const rowsPerPage = 250

/**
 * The rows of the bank by id, page by page: each is a statement of its own, so that nothing waits for a long one, and a
 * filter that few rows pass makes none longer.
 */
export const exportRows = (filter: ExportFilter) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const columns = sql.literal(Object.keys(ExportRow.fields).join(", "))
      const page = SqlSchema.findAll({
        Request: Schema.String,
        Result: ExportRow,
        execute: (after) => sql`
          SELECT ${columns} FROM bank_questions WHERE id > ${after}
          ORDER BY id LIMIT ${sql.literal(String(rowsPerPage))}`
      })
      return Stream.paginate("", (after: string) =>
        Effect.map(Effect.orDie(page(after)), (rows) => {
          const last = rows.length < rowsPerPage ? undefined : rows.at(-1)
          return [[rows.filter((row) => passes(row, filter))], Option.map(Option.fromUndefinedOr(last), ({ id }) => id)]
        })
      )
    })
  )

const passes = (row: ExportRow, { source, status, tag }: ExportFilter): boolean =>
  (status === undefined || row.status === status) &&
  (source === undefined || row.source === source) &&
  (tag === undefined || row.tags.includes(tag))

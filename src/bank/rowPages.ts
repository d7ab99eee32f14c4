import { Effect, Option, Schema, Stream } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import type { StoredQuestion } from "./StoredQuestion.ts"

// Some two milliseconds of the event loop.
const rowsPerPage = 250

/**
 * The rows of the bank by id, page by page, as far as `row` reads them: each page is a statement of its own, so that nothing
 * waits for a long one, and a filter that few rows pass makes none longer.
 */
export const rowPages = <Row extends Pick<StoredQuestion, "id">, Encoded>(
  row: Schema.Codec<Row, Encoded> & { readonly fields: object },
  passes: (row: Row) => boolean
) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const columns = sql.literal(Object.keys(row.fields).join(", "))
      const page = SqlSchema.findAll({
        Request: Schema.String,
        Result: row,
        execute: (after) => sql`
          SELECT ${columns} FROM bank_questions WHERE id > ${after}
          ORDER BY id LIMIT ${sql.literal(String(rowsPerPage))}`
      })
      return Stream.paginate("", (after: string) =>
        Effect.map(Effect.orDie(page(after)), (rows) => {
          const last = rows.length < rowsPerPage ? undefined : rows.at(-1)
          return [[rows.filter(passes)], Option.map(Option.fromUndefinedOr(last), ({ id }) => id)]
        })
      )
    })
  )

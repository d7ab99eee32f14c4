import { Array as Arr } from "effect"
import type { SqlClient } from "effect/sql"

/**
 * The text that inserts so many rows into a table in one statement, which is a transaction of its own; put together once for each number
 * of rows.
 */
export const makeInsertText = (
  sql: SqlClient.SqlClient,
  table: string,
  columns: ReadonlyArray<string>
): ((rows: number) => string) => {
  const placeholder = sql.onDialectOrElse({ pg: () => (at: number) => `$${at + 1}`, orElse: () => () => "?" })
  const texts = new Map<number, string>()
  return (rows) => {
    const known = texts.get(rows)
    if (known !== undefined) return known
    const values = Arr.makeBy(rows, (row) => columns.map((_, at) => placeholder(row * columns.length + at)).join(", "))
    const text = `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values.join("), (")})`
    texts.set(rows, text)
    return text
  }
}

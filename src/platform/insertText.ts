import { Array as Arr } from "effect"
import type { SqlClient } from "effect/sql"

/**
 * The text that inserts so many rows into a table in one statement, which is a transaction of its own; put together once for each number
 * of rows. With `skipsKnown`, rows that are there already (by their key) stay as they are.
 */
export const makeInsertText = (
  sql: SqlClient.SqlClient,
  table: string,
  columns: ReadonlyArray<string>,
  options: { readonly skipsKnown?: boolean } = {}
): ((rows: number) => string) => {
  const placeholder = sql.onDialectOrElse({ pg: () => (at: number) => `$${at + 1}`, orElse: () => () => "?" })
  const [insert, unlessKnown] =
    options.skipsKnown === true
      ? sql.onDialectOrElse({
          mysql: () => ["INSERT IGNORE", ""],
          orElse: () => ["INSERT", " ON CONFLICT DO NOTHING"]
        })
      : ["INSERT", ""]
  const texts = new Map<number, string>()
  return (rows) => {
    const known = texts.get(rows)
    if (known !== undefined) return known
    const values = Arr.makeBy(rows, (row) => columns.map((_, at) => placeholder(row * columns.length + at)).join(", "))
    const text = `${insert} INTO ${table} (${columns.join(", ")}) VALUES (${values.join("), (")})${unlessKnown}`
    texts.set(rows, text)
    return text
  }
}

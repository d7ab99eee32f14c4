import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// `reading` is how the file is to be read and `report` how it was taken, both JSON. Without a `reading` everything is found from the file.
export const addImportReports = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  yield* sql`ALTER TABLE transfer_jobs ADD COLUMN reading ${text}`
  yield* sql`ALTER TABLE transfer_jobs ADD COLUMN report ${text}`
  yield* sql`ALTER TABLE transfer_problems ADD COLUMN question ${text}`
})

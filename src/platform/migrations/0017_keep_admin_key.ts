import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// The key itself, sealed, until it has been shown to whoever started the process: a start that is killed in between must not lose it.
export const keepAdminKey = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE admin_keys ADD COLUMN sealed VARCHAR(255)`
})

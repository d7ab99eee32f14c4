import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// The hash is SHA-256 in hexadecimal.
export const createAdminKey = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE admin_keys (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      hash VARCHAR(64) NOT NULL,
      created_at BIGINT NOT NULL
    )`
})

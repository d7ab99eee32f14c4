import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// Whether an administrator has set the limits of a key: those that others set count no more than the settings allow at any time. Of the
// keys that are there it is not known, and they keep what they have.
export const addLimitsGranted = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE api_keys ADD COLUMN limits_granted SMALLINT NOT NULL DEFAULT 1`
})

import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// Whose runs and responses these are; NULL is the house, which owns what was there before accounts were. `route` is where a run was asked
// for, so that its calls are known to be of that route also after a restart.
export const addOwners = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE runs ADD COLUMN account_id VARCHAR(40)`
  yield* sql`ALTER TABLE runs ADD COLUMN user_id VARCHAR(40)`
  yield* sql`ALTER TABLE runs ADD COLUMN key_id VARCHAR(40)`
  yield* sql`ALTER TABLE runs ADD COLUMN route VARCHAR(100)`
  yield* sql`CREATE INDEX runs_account ON runs (account_id, id)`
  yield* sql`ALTER TABLE responses ADD COLUMN account_id VARCHAR(40)`
})

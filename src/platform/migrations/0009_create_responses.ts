import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// `created_at` is milliseconds since 1970, `items` JSON of what went in, `response` JSON of the response as it stood when it was
// written: one that a run in the background thinks through (`run_id`) is written again once it is seen to have ended.
export const createResponses = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  yield* sql`
    CREATE TABLE responses (
      id VARCHAR(64) NOT NULL PRIMARY KEY,
      created_at BIGINT NOT NULL,
      previous_id VARCHAR(64),
      run_id VARCHAR(40),
      items ${text} NOT NULL,
      response ${text} NOT NULL
    )`
  yield* sql`CREATE INDEX responses_created ON responses (created_at)`
})

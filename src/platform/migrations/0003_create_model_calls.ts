import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// One row for each attempt, with what is said of its call as a whole: an attempt is one request to a platform, a call what
// a caller asked for. A call without attempts has one row, number 0. Costs are micro-USD, NULL where no price is known;
// `stream` and `estimated` are 0 or 1, as not every dialect has a boolean; `first_byte_ms` counts from the start.
export const createModelCalls = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE model_attempts (
      call_id VARCHAR(48) NOT NULL,
      attempt INTEGER NOT NULL,
      at BIGINT NOT NULL,
      provider VARCHAR(64),
      model VARCHAR(255),
      api_key VARCHAR(32),
      outcome VARCHAR(32) NOT NULL,
      detail VARCHAR(500),
      prompt_tokens BIGINT NOT NULL,
      completion_tokens BIGINT NOT NULL,
      cached_tokens BIGINT NOT NULL,
      reasoning_tokens BIGINT NOT NULL,
      estimated SMALLINT NOT NULL,
      cost BIGINT,
      elapsed_ms BIGINT NOT NULL,
      first_byte_ms BIGINT,
      role VARCHAR(32) NOT NULL,
      request_id VARCHAR(128) NOT NULL,
      stream SMALLINT NOT NULL,
      attempts INTEGER NOT NULL,
      call_at BIGINT NOT NULL,
      call_outcome VARCHAR(32) NOT NULL,
      call_elapsed_ms BIGINT NOT NULL,
      call_first_byte_ms BIGINT,
      PRIMARY KEY (call_id, attempt)
    )`
  yield* sql`CREATE INDEX model_attempts_at ON model_attempts (at)`
})

import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// A call is what a caller asked for, an attempt one request to a platform. Costs are micro-USD, NULL where no price is
// known; `stream` and `estimated` are 0 or 1, as not every dialect has a boolean; `first_byte_ms` counts from the start.
export const createModelCalls = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE model_calls (
      id VARCHAR(48) NOT NULL PRIMARY KEY,
      at BIGINT NOT NULL,
      role VARCHAR(32) NOT NULL,
      request_id VARCHAR(128) NOT NULL,
      provider VARCHAR(64),
      model VARCHAR(255),
      stream SMALLINT NOT NULL,
      outcome VARCHAR(32) NOT NULL,
      attempts INTEGER NOT NULL,
      prompt_tokens BIGINT NOT NULL,
      completion_tokens BIGINT NOT NULL,
      cached_tokens BIGINT NOT NULL,
      reasoning_tokens BIGINT NOT NULL,
      estimated SMALLINT NOT NULL,
      cost BIGINT,
      elapsed_ms BIGINT NOT NULL,
      first_byte_ms BIGINT
    )`
  yield* sql`CREATE INDEX model_calls_at ON model_calls (at)`
  yield* sql`
    CREATE TABLE model_attempts (
      call_id VARCHAR(48) NOT NULL,
      attempt INTEGER NOT NULL,
      at BIGINT NOT NULL,
      provider VARCHAR(64) NOT NULL,
      model VARCHAR(255) NOT NULL,
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
      PRIMARY KEY (call_id, attempt)
    )`
})

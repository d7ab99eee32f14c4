import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// Times are milliseconds since 1970, costs micro-USD, NULL where no price is known. `request` is JSON of what a run that waits
// is to be asked; once it begins its log says so. What a run came to (`ended_at`, `answer`, `confidence`, `error`, usage) is
// written with its last event. `data` is JSON of an event. `background`, `degraded` and `estimated` are 0 or 1.
// The table of events is no index of itself (WITHOUT ROWID), as others are: runs that write at the same time then share pages,
// which makes a commit half as dear.
export const createRuns = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  const double = sql.onDialectOrElse({
    mysql: () => sql.literal("DOUBLE"),
    orElse: () => sql.literal("DOUBLE PRECISION")
  })
  yield* sql`
    CREATE TABLE runs (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      model VARCHAR(255) NOT NULL,
      background SMALLINT NOT NULL,
      state VARCHAR(16) NOT NULL,
      title VARCHAR(200) NOT NULL,
      request_id VARCHAR(128) NOT NULL,
      request ${text},
      created_at BIGINT NOT NULL,
      ended_at BIGINT,
      answer ${text},
      confidence ${double},
      degraded SMALLINT NOT NULL,
      error ${text},
      calls BIGINT NOT NULL,
      attempts BIGINT NOT NULL,
      prompt_tokens BIGINT NOT NULL,
      completion_tokens BIGINT NOT NULL,
      cached_tokens BIGINT NOT NULL,
      reasoning_tokens BIGINT NOT NULL,
      estimated SMALLINT NOT NULL,
      cost BIGINT
    )`
  yield* sql`CREATE INDEX runs_state ON runs (state, id)`
  yield* sql`
    CREATE TABLE run_events (
      run_id VARCHAR(40) NOT NULL,
      seq INTEGER NOT NULL,
      at BIGINT NOT NULL,
      type VARCHAR(32) NOT NULL,
      data ${text} NOT NULL,
      PRIMARY KEY (run_id, seq)
    )`
})

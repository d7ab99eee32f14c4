import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// `dry_run` is 0 or 1; `options` is JSON; `rows_read` counts the rows whose outcome is stored, so that a job that was cut
// off goes on behind them. `problems` counts all, of which only the first are kept.
export const createTransferJobs = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  yield* sql`
    CREATE TABLE transfer_jobs (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      kind VARCHAR(16) NOT NULL,
      state VARCHAR(16) NOT NULL,
      name VARCHAR(255) NOT NULL,
      format VARCHAR(16),
      policy VARCHAR(16) NOT NULL,
      dry_run SMALLINT NOT NULL,
      options ${text} NOT NULL,
      rows_read BIGINT NOT NULL,
      added BIGINT NOT NULL,
      updated BIGINT NOT NULL,
      merged BIGINT NOT NULL,
      unchanged BIGINT NOT NULL,
      skipped BIGINT NOT NULL,
      disputed BIGINT NOT NULL,
      problems BIGINT NOT NULL,
      bytes_total BIGINT NOT NULL,
      bytes_read BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      started_at BIGINT,
      finished_at BIGINT,
      error ${text}
    )`
  yield* sql`CREATE INDEX transfer_jobs_state ON transfer_jobs (state, id)`
  yield* sql`
    CREATE TABLE transfer_problems (
      job_id VARCHAR(40) NOT NULL,
      ${sql("row")} BIGINT NOT NULL,
      message ${text} NOT NULL
    )`
  yield* sql`CREATE INDEX transfer_problems_job ON transfer_problems (job_id, ${sql("row")})`
})

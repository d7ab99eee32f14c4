import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// Times are milliseconds since 1970. `rows_done` counts the lines of the file whose outcome is stored. A pack that was taken
// out stays as a row: its publisher is known. `written_at` is the `updated_at` that the pack left on a row of the bank, null
// where it changed nothing; `feedback` is JSON of what it said and what it settled.
export const createPacks = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  const keyOnly = sql.onDialectOrElse({ sqlite: () => sql.literal("WITHOUT ROWID"), orElse: () => sql.literal("") })
  yield* sql`
    CREATE TABLE bank_packs (
      id VARCHAR(64) NOT NULL PRIMARY KEY,
      name VARCHAR(64) NOT NULL,
      version VARCHAR(64) NOT NULL,
      publisher VARCHAR(64) NOT NULL,
      description ${text} NOT NULL,
      digest VARCHAR(43) NOT NULL,
      questions BIGINT NOT NULL,
      policy VARCHAR(16) NOT NULL,
      state VARCHAR(16) NOT NULL,
      rows_done BIGINT NOT NULL,
      added BIGINT NOT NULL,
      updated BIGINT NOT NULL,
      merged BIGINT NOT NULL,
      unchanged BIGINT NOT NULL,
      skipped BIGINT NOT NULL,
      disputed BIGINT NOT NULL,
      taken_out BIGINT NOT NULL,
      put_back BIGINT NOT NULL,
      kept BIGINT NOT NULL,
      gone BIGINT NOT NULL,
      untouched BIGINT NOT NULL,
      withdrawn BIGINT NOT NULL,
      began_at BIGINT NOT NULL,
      installed_at BIGINT,
      removed_at BIGINT
    )`
  yield* sql`CREATE INDEX bank_packs_name ON bank_packs (name, state)`
  yield* sql`
    CREATE TABLE bank_pack_rows (
      pack_id VARCHAR(64) NOT NULL,
      question_id VARCHAR(40) NOT NULL,
      outcome VARCHAR(16) NOT NULL,
      written_at BIGINT,
      feedback ${text},
      PRIMARY KEY (pack_id, question_id)
    ) ${keyOnly}`
})

import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// Snapshots, answers and images are JSON. `claim` is the answer of who said otherwise. Days are `YYYY-MM-DD` in UTC.
export const bankManagement = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  // A table that is its primary key needs no second copy of it.
  const keyOnly = sql.onDialectOrElse({ sqlite: () => sql.literal("WITHOUT ROWID"), orElse: () => sql.literal("") })

  yield* sql`ALTER TABLE bank_questions ADD COLUMN explanation ${text}`
  yield* sql`ALTER TABLE bank_questions ADD COLUMN images ${text}`
  yield* sql`ALTER TABLE bank_questions ADD COLUMN reference VARCHAR(64)`
  yield* sql`ALTER TABLE bank_questions ADD COLUMN right_votes INTEGER NOT NULL DEFAULT 0`
  yield* sql`ALTER TABLE bank_questions ADD COLUMN wrong_votes INTEGER NOT NULL DEFAULT 0`
  yield* sql`CREATE INDEX bank_questions_sureness ON bank_questions (confidence, id)`
  // Few rows wait for a person: an index of those alone costs the others nothing.
  yield* sql.onDialectOrElse({
    mysql: () => sql`CREATE INDEX bank_questions_waiting ON bank_questions (status, id)`,
    orElse: () => sql`
      CREATE INDEX bank_questions_waiting ON bank_questions (id) WHERE status IN ('needs_review', 'disputed')`
  })

  yield* sql`
    CREATE TABLE bank_history (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      question_id VARCHAR(40) NOT NULL,
      at BIGINT NOT NULL,
      action VARCHAR(16) NOT NULL,
      who VARCHAR(64) NOT NULL,
      why ${text} NOT NULL,
      reference VARCHAR(64),
      ${sql("before")} ${text},
      ${sql("after")} ${text},
      claim ${text}
    )`
  yield* sql`CREATE INDEX bank_history_question ON bank_history (question_id, id)`

  yield* sql`
    CREATE TABLE bank_feedback (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      question_id VARCHAR(40) NOT NULL,
      at BIGINT NOT NULL,
      who VARCHAR(64) NOT NULL,
      verdict VARCHAR(16) NOT NULL,
      answer ${text},
      note ${text} NOT NULL,
      state VARCHAR(16) NOT NULL
    )`
  yield* sql`CREATE INDEX bank_feedback_question ON bank_feedback (question_id, state)`
  yield* sql`CREATE INDEX bank_feedback_state ON bank_feedback (state, question_id)`

  yield* sql`
    CREATE TABLE bank_tags (
      tag VARCHAR(128) NOT NULL,
      question_id VARCHAR(40) NOT NULL,
      PRIMARY KEY (tag, question_id)
    ) ${keyOnly}`
  yield* sql.onDialectOrElse({
    mysql: () => sql`
      INSERT IGNORE INTO bank_tags (tag, question_id)
      SELECT tags.tag, bank_questions.id FROM bank_questions,
        JSON_TABLE(bank_questions.tags, '$[*]' COLUMNS (tag VARCHAR(128) PATH '$')) AS tags
      WHERE tags.tag IS NOT NULL`,
    pg: () => sql`
      INSERT INTO bank_tags (tag, question_id)
      SELECT DISTINCT tags.tag, bank_questions.id FROM bank_questions,
        jsonb_array_elements_text(bank_questions.tags::jsonb) AS tags (tag)`,
    orElse: () => sql`
      INSERT OR IGNORE INTO bank_tags (tag, question_id)
      SELECT tags.value, bank_questions.id FROM bank_questions, json_each(bank_questions.tags) AS tags`
  })

  yield* sql`
    CREATE TABLE bank_misses (
      title_key VARCHAR(43) NOT NULL,
      options_key VARCHAR(43) NOT NULL,
      type_class VARCHAR(16) NOT NULL,
      title ${text} NOT NULL,
      count BIGINT NOT NULL,
      last_at BIGINT NOT NULL,
      PRIMARY KEY (title_key, options_key, type_class)
    )`
  yield* sql`CREATE INDEX bank_misses_count ON bank_misses (count, last_at)`
  yield* sql`
    CREATE TABLE bank_daily (
      day VARCHAR(10) NOT NULL,
      what VARCHAR(32) NOT NULL,
      count BIGINT NOT NULL,
      PRIMARY KEY (day, what)
    )`
})

import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// Times are milliseconds since 1970, keys are SHA-256 in base64url (43 characters), lists are JSON. The types are those
// that SQLite, PostgreSQL and MySQL share; MySQL's TEXT ends at 64 KB, hence LONGTEXT there.
export const createQuestions = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  yield* sql`
    CREATE TABLE bank_questions (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      title_key VARCHAR(43) NOT NULL,
      options_key VARCHAR(43) NOT NULL,
      type_class VARCHAR(16) NOT NULL,
      type VARCHAR(16) NOT NULL,
      title ${text} NOT NULL,
      options ${text} NOT NULL,
      answer ${text} NOT NULL,
      source VARCHAR(16) NOT NULL,
      status VARCHAR(16) NOT NULL,
      confidence DOUBLE PRECISION NOT NULL,
      provider VARCHAR(64),
      model VARCHAR(255),
      tags ${text} NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`
  yield* sql`
    CREATE UNIQUE INDEX bank_questions_identity ON bank_questions (title_key, options_key, type_class)`
  yield* sql`
    CREATE TABLE bank_meta (
      name VARCHAR(64) NOT NULL PRIMARY KEY,
      value VARCHAR(255) NOT NULL
    )`
})

import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// What was set while running. Settings are JSON without secrets; secrets are JSON that the vault has sealed.
export const createProviders = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  yield* sql`
    CREATE TABLE provider_entries (
      id VARCHAR(64) NOT NULL PRIMARY KEY,
      settings ${text} NOT NULL,
      secrets ${text},
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`
  yield* sql`
    CREATE TABLE provider_choices (
      name VARCHAR(64) NOT NULL PRIMARY KEY,
      value VARCHAR(255) NOT NULL
    )`
})

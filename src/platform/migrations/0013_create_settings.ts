import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// What was changed while the service ran: `path` as in the configuration, `value` as JSON. It goes before the configuration.
// The revision counts the changes; it is one row, so that of two processes that change something at once one is first.
export const createSettings = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  yield* sql`
    CREATE TABLE settings (
      path VARCHAR(100) NOT NULL PRIMARY KEY,
      value ${text} NOT NULL,
      changed_at BIGINT NOT NULL
    )`
  yield* sql`
    CREATE TABLE settings_revisions (
      id VARCHAR(20) NOT NULL PRIMARY KEY,
      revision BIGINT NOT NULL
    )`
  yield* sql`INSERT INTO settings_revisions ${sql.insert({ id: "settings", revision: 0 })}`
})

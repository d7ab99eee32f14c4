import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// Times are milliseconds since 1970; `admin`, `active` and `prepaid` are 0 or 1; amounts are micro-USD. An account that is not prepaid has no
// limit. Passwords, keys and tokens are stored as hashes only, the private half of a signing key sealed. `scopes` are
// separated by blanks, `models` and `detail` are JSON.
export const createAccounts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  yield* sql`
    CREATE TABLE users (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      email VARCHAR(254) NOT NULL UNIQUE,
      name VARCHAR(100) NOT NULL,
      age SMALLINT,
      password_hash VARCHAR(255),
      admin SMALLINT NOT NULL,
      active SMALLINT NOT NULL,
      tokens_after BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`
  yield* sql`
    CREATE TABLE accounts (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      name VARCHAR(100) NOT NULL,
      active SMALLINT NOT NULL,
      prepaid SMALLINT NOT NULL,
      balance BIGINT NOT NULL,
      held BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`
  yield* sql`
    CREATE TABLE account_members (
      account_id VARCHAR(40) NOT NULL,
      user_id VARCHAR(40) NOT NULL,
      role VARCHAR(16) NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (account_id, user_id)
    )`
  yield* sql`CREATE INDEX account_members_user ON account_members (user_id)`
  yield* sql`
    CREATE TABLE api_keys (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      account_id VARCHAR(40),
      user_id VARCHAR(40),
      name VARCHAR(100) NOT NULL,
      prefix VARCHAR(24) NOT NULL,
      hash VARCHAR(64) NOT NULL UNIQUE,
      scopes VARCHAR(255) NOT NULL,
      models ${text},
      per_minute BIGINT,
      per_hour BIGINT,
      concurrency BIGINT,
      expires_at BIGINT,
      revoked_at BIGINT,
      last_used_at BIGINT,
      created_at BIGINT NOT NULL
    )`
  yield* sql`CREATE INDEX api_keys_account ON api_keys (account_id, id)`
  yield* sql`
    CREATE TABLE refresh_tokens (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      family VARCHAR(40) NOT NULL,
      hash VARCHAR(64) NOT NULL UNIQUE,
      user_id VARCHAR(40) NOT NULL,
      account_id VARCHAR(40),
      scopes VARCHAR(255) NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      used_at BIGINT,
      revoked_at BIGINT
    )`
  yield* sql`CREATE INDEX refresh_tokens_family ON refresh_tokens (family)`
  yield* sql`CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id)`
  yield* sql`
    CREATE TABLE revoked_tokens (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      expires_at BIGINT NOT NULL
    )`
  yield* sql`
    CREATE TABLE signing_keys (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      algorithm VARCHAR(16) NOT NULL,
      public_key ${text} NOT NULL,
      private_key ${text} NOT NULL,
      created_at BIGINT NOT NULL,
      retired_at BIGINT
    )`
  yield* sql`
    CREATE TABLE audit_log (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      at BIGINT NOT NULL,
      actor_kind VARCHAR(16) NOT NULL,
      actor_id VARCHAR(40),
      action VARCHAR(64) NOT NULL,
      target VARCHAR(255) NOT NULL,
      account_id VARCHAR(40),
      request_id VARCHAR(128) NOT NULL,
      detail ${text} NOT NULL
    )`
  yield* sql`CREATE INDEX audit_log_account ON audit_log (account_id, id)`
  yield* sql`CREATE INDEX audit_log_action ON audit_log (action, id)`
  yield* sql`CREATE INDEX audit_log_target ON audit_log (target, id)`
})

import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// An order is a purchase or a grant of credit (or takes some back: a negative amount); `reference` is the caller's own, by which it is
// made only once. A hold is what a call under way may cost at most; `process_id` tells whose call it is, so that those of a process that
// died can be let go. The charges themselves are the attempts, which now say who pays. Amounts are micro-USD.
export const createCredit = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE orders (
      id VARCHAR(40) NOT NULL PRIMARY KEY,
      account_id VARCHAR(40) NOT NULL,
      kind VARCHAR(16) NOT NULL,
      amount BIGINT NOT NULL,
      note VARCHAR(500) NOT NULL,
      reference VARCHAR(128),
      created_by VARCHAR(40),
      created_at BIGINT NOT NULL,
      UNIQUE (account_id, reference)
    )`
  yield* sql`CREATE INDEX orders_account ON orders (account_id, id)`
  yield* sql`
    CREATE TABLE credit_holds (
      call_id VARCHAR(48) NOT NULL PRIMARY KEY,
      account_id VARCHAR(40) NOT NULL,
      amount BIGINT NOT NULL,
      process_id VARCHAR(40) NOT NULL,
      created_at BIGINT NOT NULL
    )`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN account_id VARCHAR(40)`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN user_id VARCHAR(40)`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN key_id VARCHAR(40)`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN route VARCHAR(100)`
  yield* sql`CREATE INDEX model_attempts_account ON model_attempts (account_id, at)`
})

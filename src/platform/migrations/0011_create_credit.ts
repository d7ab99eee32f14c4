import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// An order is a purchase or a grant of credit (or takes some back: a negative amount); `reference` is the caller's own, by which it is
// made only once. A hold is what a call under way may cost at most; its process (`process_id`) renews it as long as it lives, so that
// those of a process that died are known and let go. Attempts now say who pays, and `charged` is what was taken off the account with
// them, NULL where it has no limit: a balance is the sum of the orders without what was charged. Amounts are micro-USD, times
// milliseconds since 1970.
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
      renewed_at BIGINT NOT NULL
    )`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN account_id VARCHAR(40)`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN user_id VARCHAR(40)`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN key_id VARCHAR(40)`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN route VARCHAR(100)`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN charged BIGINT`
  // The house's own calls need no place in it, where the dialect can leave them out.
  const onlyAccounts = sql.onDialectOrElse({
    mysql: () => sql.literal(""),
    orElse: () => sql.literal("WHERE account_id IS NOT NULL")
  })
  yield* sql`CREATE INDEX model_attempts_account ON model_attempts (account_id, at) ${onlyAccounts}`
})

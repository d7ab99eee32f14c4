import { Effect } from "effect"
import { SqlClient } from "effect/sql"

// `cost_source` is where a cost comes from ("platform", "prices", "estimate"), NULL where there is none. `if_lost` is the row of
// `model_attempts`, as JSON by column, that is written if the process dies before the call of a hold has ended.
// Numbers that cannot be (platforms were believed what they counted) count as nothing from now on, and what accounts have is again what
// they ordered without what they were charged.
export const exactBills = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const text = sql.onDialectOrElse({ mysql: () => sql.literal("LONGTEXT"), orElse: () => sql.literal("TEXT") })
  yield* sql`ALTER TABLE model_attempts ADD COLUMN cache_write_tokens BIGINT NOT NULL DEFAULT 0`
  yield* sql`ALTER TABLE model_attempts ADD COLUMN cost_source VARCHAR(16)`
  yield* sql`ALTER TABLE credit_holds ADD COLUMN if_lost ${text}`

  const isSound = (column: string, highest: string) =>
    `(${column} BETWEEN 0 AND ${highest} AND ${column} = ROUND(${column}))`
  const tokens = ["prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens"]
  const amounts = ["cost", "charged"]
  const areCounts = tokens.map((column) => isSound(column, "1000000000000")).join(" AND ")
  const areAmounts = amounts
    .map((column) => `(${column} IS NULL OR ${isSound(column, "10000000000000")})`)
    .join(" AND ")
  const sound = sql.literal(`${areCounts} AND ${areAmounts}`)
  const changes = [
    // An account was charged for tokens that cannot be, or was given something for them.
    `charged = CASE WHEN charged IS NULL THEN NULL WHEN ${areCounts} AND ${isSound("charged", "10000000000000")} THEN charged ELSE 0 END`,
    `cost = CASE WHEN ${areCounts} AND ${isSound("cost", "10000000000000")} THEN cost ELSE NULL END`,
    `estimated = CASE WHEN ${areCounts} THEN estimated ELSE 1 END`,
    ...tokens.map((column) => `${column} = CASE WHEN ${isSound(column, "1000000000000")} THEN ${column} ELSE 0 END`)
  ]
  const rows = yield* sql<{ readonly account_id: string | null }>`
    SELECT DISTINCT account_id FROM model_attempts WHERE NOT (${sound})`
  if (rows.length === 0) return
  yield* sql`UPDATE model_attempts SET ${sql.literal(changes.join(", "))} WHERE NOT (${sound})`
  for (const { account_id: account } of rows) {
    if (account === null) continue
    yield* sql`
      UPDATE accounts SET balance = (SELECT COALESCE(SUM(amount), 0) FROM orders WHERE account_id = accounts.id)
        - (SELECT COALESCE(SUM(charged), 0) FROM model_attempts WHERE account_id = accounts.id)
      WHERE id = ${account}`
  }
})

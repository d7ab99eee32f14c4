import { Array as Arr, Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"

/** The outcome of a call whose process ended before the call did: what was known of it before it was sent is all that is. */
export const LOST = "lost"

/** What a call has cost an account in the end, in micro-USD. */
export interface Charge {
  readonly call: string
  readonly account: string
  readonly amount: number
}

/**
 * Takes charges off their accounts, lets go what was held for their calls and runs `record`, which writes the calls down (the column
 * `charged` of `model_attempts` is what each row takes): all of it or nothing. A call that is written down already is not charged
 * again, unless as one that was lost, in whose place it comes; one of which nothing is held any more is charged all the same.
 */
export const makeSettle = (sql: SqlClient.SqlClient) =>
  Effect.fnUntraced(function* (
    charges: Arr.NonEmptyReadonlyArray<Charge>,
    record: Effect.Effect<unknown, SqlError.SqlError>
  ) {
    const byAccount = Map.groupBy(
      new Map(charges.map((charge) => [charge.call, charge])).values(),
      ({ account }) => account
    )
    // Each in the same order, so that two processes do not wait for each other.
    for (const [account, own] of [...byAccount].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
      const calls = own.map(({ call }) => call)
      const sum = own.reduce((sum, { amount }) => sum + amount, 0)
      yield* sql`
        UPDATE accounts SET
          balance = balance - ${sum}
            + (SELECT COALESCE(SUM(charged), 0) FROM model_attempts WHERE ${sql.in("call_id", calls)}),
          held = held - (SELECT COALESCE(SUM(amount), 0) FROM credit_holds WHERE ${sql.in("call_id", calls)})
        WHERE id = ${account}`
      yield* sql`DELETE FROM credit_holds WHERE ${sql.in("call_id", calls)}`
      yield* sql`DELETE FROM model_attempts WHERE ${sql.in("call_id", calls)} AND attempt = 0 AND outcome = ${LOST}`
    }
    yield* record
  }, sql.withTransaction)

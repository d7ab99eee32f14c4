import { Array as Arr, Clock, Effect, Exit, Request, RequestResolver } from "effect"
import { SqlClient } from "effect/sql"
import { type AccountRow, availableOf, makeLockAccounts } from "./accountRows.ts"
import { AccountClosed, CreditExhausted, CreditUnreachable } from "./errors.ts"

/** So much more to be held for a call, in micro-USD. */
export interface Hold {
  readonly call: string
  readonly account: string
  readonly amount: number
  /** The row of the ledger, as JSON by column, that is written if nobody settles the call: its process has died. */
  readonly ifLost: string
}

/** Why nothing is held. */
export type HoldRefused = CreditExhausted | AccountClosed | CreditUnreachable

class Ask extends Request.Class<{ readonly hold: Hold }, void, HoldRefused> {}

// Rows per commit: a short stretch on the event loop.
const holdsPerCommit = 50

/**
 * Holds credit for calls, one commit for all that ask at the same time, in the order they ask. A call that asks again holds so much
 * more; one that holds already ends as it would have: nothing of what it asks for now is held.
 */
export const makeHoldWriter = (sql: SqlClient.SqlClient, processId: string) => {
  const lock = makeLockAccounts(sql)

  const insert = (holds: Arr.NonEmptyReadonlyArray<Hold>, now: number) => {
    const rows = sql.insert(
      Arr.map(sumsByCall(holds), ({ account, amount, call, ifLost }) => ({
        call_id: call,
        account_id: account,
        amount,
        process_id: processId,
        renewed_at: now,
        if_lost: ifLost
      }))
    )
    return sql.onDialectOrElse({
      mysql: () => sql`INSERT INTO credit_holds ${rows} 
        ON DUPLICATE KEY UPDATE amount = amount + VALUES(amount), if_lost = VALUES(if_lost)`,
      orElse: () => sql`
        INSERT INTO credit_holds ${rows}
        ON CONFLICT (call_id) DO UPDATE SET amount = credit_holds.amount + excluded.amount, if_lost = excluded.if_lost`
    })
  }

  const commit = Effect.fnUntraced(function* (asked: Arr.NonEmptyReadonlyArray<Hold>) {
    const now = yield* Clock.currentTimeMillis
    const ids = Arr.dedupe(Arr.map(asked, ({ account }) => account))
    const accounts = new Map((yield* lock(ids)).map((row) => [row.id, row]))
    const { held, refused, sums } = decide(asked, accounts)
    for (const [account, sum] of sums) yield* sql`UPDATE accounts SET held = held + ${sum} WHERE id = ${account}`
    if (Arr.isArrayNonEmpty(held)) yield* insert(held, now)
    return refused
  }, sql.withTransaction)

  const resolver = RequestResolver.make<Ask>((entries) =>
    Effect.map(
      Effect.exit(Effect.tapCause(commit(Arr.map(entries, ({ request }) => request.hold)), notHeld)),
      (committed) => {
        for (const entry of entries) {
          const refusal = Exit.isSuccess(committed) ? committed.value.get(entry.request.hold) : new CreditUnreachable()
          entry.completeUnsafe(refusal === undefined ? Exit.void : Exit.fail(refusal))
        }
      }
    )
  ).pipe(RequestResolver.batchN(holdsPerCommit))

  // Whoever leaves waits for it: what is held must be known to be, or nobody gives it back.
  return (hold: Hold): Effect.Effect<void, HoldRefused> =>
    Effect.uninterruptible(Effect.request(new Ask({ hold }), resolver))
}

const notHeld = (cause: unknown) => Effect.logError("no credit could be held", cause)

/** Who gets what, first come first served. An account without a limit needs nothing held. */
const decide = (asked: ReadonlyArray<Hold>, accounts: ReadonlyMap<string, AccountRow>) => {
  const held: Array<Hold> = []
  const refused = new Map<Hold, HoldRefused>()
  const sums = new Map<string, number>()
  for (const hold of asked) {
    const { account, amount } = hold
    const row = accounts.get(account)
    if (row === undefined || !row.active) {
      refused.set(hold, new AccountClosed({ account }))
      continue
    }
    if (!row.prepaid) continue
    const sum = sums.get(account) ?? 0
    const available = availableOf(row) - sum
    if (available < amount) {
      refused.set(hold, new CreditExhausted({ account, needed: amount, available }))
      continue
    }
    sums.set(account, sum + amount)
    held.push(hold)
  }
  return { held, refused, sums }
}

// No dialect lets one statement change a row twice.
const sumsByCall = (holds: Arr.NonEmptyReadonlyArray<Hold>): Arr.NonEmptyReadonlyArray<Hold> => {
  const sumOf = (call: string) => holds.reduce((sum, hold) => (hold.call === call ? sum + hold.amount : sum), 0)
  return Arr.map(
    Arr.dedupeWith(holds, (one, other) => one.call === other.call),
    (hold) => ({
      ...hold,
      amount: sumOf(hold.call),
      // The last one knows of all requests.
      ifLost: holds.findLast(({ call }) => call === hold.call)?.ifLost ?? hold.ifLost
    })
  )
}

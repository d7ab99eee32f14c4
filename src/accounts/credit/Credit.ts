import { Cache, Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { LiveSettings } from "../../platform/settings/LiveSettings.ts"
import type { DecodedSettings } from "../../platform/config/Settings.ts"
import { makeIsPrepaid } from "./accountRows.ts"
import { CreditUnreachable } from "./errors.ts"
import { type Hold, type HoldRefused, makeHoldWriter } from "./holdWriter.ts"
import { makeLapsedHolds } from "./lapsedHolds.ts"

/**
 * The credit of accounts that pay in advance, in whole micro-USD. What a call may cost is held before anything is sent; what it did cost
 * is taken off with the record of it, in one transaction (`makeSettle`). The others have no limit, and nothing is held for them.
 */
export class Credit extends Context.Service<
  Credit,
  {
    /** The most tokens of a reply where nobody else says how many. */
    readonly longestReply: number
    /** What becomes of calls of models without a price. */
    readonly unpriced: DecodedSettings["accounts"]["unpriced"]
    /** Whether an account pays in advance; one that is not there does, and gets nothing. Remembered for five seconds. */
    readonly isPrepaid: (account: string) => Effect.Effect<boolean, CreditUnreachable>
    /** Forgets what is remembered of an account that was changed. */
    readonly forget: (account: string) => Effect.Effect<void>
    /** Holds so much more for a call, until it is settled; not to be interrupted. */
    readonly hold: (hold: Hold) => Effect.Effect<void, HoldRefused>
  }
>()("siku/accounts/credit/Credit") {
  static readonly layer: Layer.Layer<Credit, never, LiveSettings | SqlClient.SqlClient> = Layer.effect(
    Credit,
    Effect.suspend(() => make)
  )
}

const mostRemembered = 10_000

const make = Effect.gen(function* () {
  const live = yield* LiveSettings
  const sql = yield* SqlClient.SqlClient
  const find = makeIsPrepaid(sql)
  const processId = sortableUuid()
  const lapsed = makeLapsedHolds(sql, processId)

  const known = yield* Cache.make({
    capacity: mostRemembered,
    timeToLive: "5 seconds",
    lookup: (account: string) =>
      find(account).pipe(
        Effect.map(([row]) => row?.prepaid ?? true),
        Effect.tapError((error) => Effect.logError("an account could not be looked up", error)),
        Effect.mapError(() => new CreditUnreachable())
      )
  })
  const forget = (account: string) => Cache.invalidate(known, account)

  yield* Effect.orDie(lapsed.recount)
  yield* Effect.forkScoped(lapsed.watch, { startImmediately: true })

  return Credit.of({
    get longestReply() {
      return live.current.accounts.maxTokens
    },
    get unpriced() {
      return live.current.accounts.unpriced
    },
    // A failure is nothing to remember.
    isPrepaid: (account) => Effect.tapError(Cache.get(known, account), () => forget(account)),
    forget,
    hold: makeHoldWriter(sql, processId)
  })
})

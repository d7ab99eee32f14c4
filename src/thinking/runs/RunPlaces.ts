import { Effect } from "effect"
import type { Caller } from "../../platform/Caller.ts"
import type { Settings } from "../../platform/config/Settings.ts"
import { OwnedPlaces } from "../../platform/OwnedPlaces.ts"
import { Places } from "../../platform/admission/Places.ts"
import { TooManyRuns } from "./errors.ts"

type Limits = Pick<Settings["thinking"], "runsPerAccount" | "runsPerKey">
type Of = Pick<Caller, "accountId" | "keyId" | "kind" | "userId">

/** Whose runs take turns with those of others. The house is one. */
export const accountOf = ({ accountId }: Pick<Caller, "accountId">): string => accountId ?? "house"

const keyOf = ({ accountId, keyId, kind, userId }: Of): string => `${accountId} ${keyId ?? userId ?? kind}`

/** The places of runs in the background: so many in all, of each account, and of each key or user. */
export const makeRunPlaces = (total: number) => {
  const ofAccounts = new OwnedPlaces(total)
  const ofKeys = new Places()

  const heldBy = (caller: Of): (() => void) => {
    const [account, key] = [accountOf(caller), keyOf(caller)]
    ofKeys.take(key)
    return () => {
      ofAccounts.giveBack(account)
      ofKeys.giveBack(key)
    }
  }

  return {
    /** Takes a place; what it gives back is to be called once the run has ended. Limits of 0 are none. */
    take: (caller: Caller, { runsPerAccount, runsPerKey }: Limits): Effect.Effect<() => void, TooManyRuns> =>
      Effect.suspend(() => {
        const [account, key] = [accountOf(caller), keyOf(caller)]
        // Who manages the house is bound by what there is.
        const isBound = caller.kind !== "admin"
        const ofKey = ofKeys.taken(key)
        if (isBound && runsPerKey > 0 && ofKey >= runsPerKey) return new TooManyRuns({ of: "key", open: ofKey })
        const most = isBound && runsPerAccount > 0 ? runsPerAccount : Number.POSITIVE_INFINITY
        if (ofAccounts.take(account, most)) return Effect.succeed(heldBy(caller))
        const open = ofAccounts.takenBy(account)
        return new TooManyRuns({ of: open >= most ? "account" : "service", open })
      }),
    /** Counts a run that was taken on before. */
    occupy: (caller: Of): (() => void) => {
      ofAccounts.occupy(accountOf(caller))
      return heldBy(caller)
    }
  }
}

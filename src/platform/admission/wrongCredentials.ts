import { Effect } from "effect"
import { TooManyRequests } from "../Admission.ts"
import { steadyNow } from "../steadyTime.ts"
import { isLoopbackAddress, limitedAs } from "./addresses.ts"
import { windowMillis } from "./Counts.ts"
import { RecentMap } from "./RecentMap.ts"
import { SlidingWindow } from "./SlidingWindow.ts"

/** Wrong credentials in a minute, after which an address is not asked for any more until the minute is over. */
export const mostWrong = 20

/** From this machine: here several users may share an address, and a program with an old key may try again and again. */
export const mostWrongFromHere = 200

const mostKnown = 20_000

/** Counts the wrong credentials of each address in any minute. A guess costs this process a hash, and a lucky one everything. */
export const makeWrongCredentials = () => {
  const wrong = new RecentMap(mostKnown, () => new SlidingWindow(windowMillis.minute))
  return {
    mayIdentify: (address: string): Effect.Effect<void, TooManyRequests> =>
      Effect.suspend(() => {
        const counts = wrong.find(limitedAs(address))
        // Nearly all.
        if (counts === undefined) return Effect.void
        const limit = isLoopbackAddress(address) ? mostWrongFromHere : mostWrong
        return Effect.flatMap(steadyNow, (now) =>
          counts.at(now) < limit
            ? Effect.void
            : new TooManyRequests({
                of: "address",
                window: "minute",
                limit,
                retryAfter: Math.max(1, Math.ceil(counts.untilBelow(limit, now) / 1000))
              })
        )
      }),
    wrongCredential: (address: string): Effect.Effect<void> =>
      Effect.map(steadyNow, (now) => {
        const counts = wrong.get(limitedAs(address))
        counts.at(now)
        counts.add()
      })
  }
}

import { Effect } from "effect"
import { steadyNow } from "../steadyTime.ts"
import { type Ask, type CountsShape, type Verdict, windowMillis } from "./Counts.ts"
import { RecentMap } from "./RecentMap.ts"
import { SlidingWindow } from "./SlidingWindow.ts"

/** Most addresses, and most keys and users, that are counted; half of it are remembered in any case. About 0.7 KB each. */
export const mostCounted = 20_000

interface Windows {
  readonly minute: SlidingWindow
  readonly hour: SlidingWindow
}

/** Counts in the memory of this process. */
export const makeMemoryCounts = (capacity: number = mostCounted): CountsShape => {
  const make = (): Windows => ({
    minute: new SlidingWindow(windowMillis.minute),
    hour: new SlidingWindow(windowMillis.hour)
  })
  // Apart, so that no flood of addresses makes the count of a key forgotten.
  const addresses = new RecentMap(capacity, make)
  const callers = new RecentMap(capacity, make)
  const windowsOf = ({ id, of }: Ask) => (of === "address" ? addresses.get(id) : callers.get(`${of}:${id}`))

  const takeUnsafe = (asks: ReadonlyArray<Ask>, now: number): Verdict | undefined => {
    const found = asks.map(windowsOf)
    let tightest: Verdict | undefined
    for (const [at, ask] of asks.entries()) {
      const windows = found[at]
      if (windows === undefined) continue
      for (const window of ["minute", "hour"] as const) {
        const limit = window === "minute" ? ask.perMinute : ask.perHour
        if (limit === 0) continue
        const counted = windows[window].at(now)
        if (counted >= limit)
          return {
            isAdmitted: false,
            of: ask.of,
            window,
            limit,
            remaining: 0,
            resetMillis: windows[window].untilBelow(limit, now)
          }
        const remaining = limit - counted - 1
        if (tightest === undefined || remaining < tightest.remaining)
          tightest = { isAdmitted: true, of: ask.of, window, limit, remaining, resetMillis: 0 }
      }
    }
    if (tightest === undefined) return undefined
    let resetMillis = 0
    for (const [at, { of, perHour, perMinute }] of asks.entries()) {
      const windows = found[at]
      if (windows === undefined) continue
      // One without a limit is not counted: nobody asks, and `at` was not.
      if (perMinute > 0) windows.minute.add()
      if (perHour > 0) windows.hour.add()
      if (of === tightest.of)
        resetMillis = windows[tightest.window].untilBelow(tightest.limit - tightest.remaining, now)
    }
    return { ...tightest, resetMillis }
  }

  return {
    take: (asks) => Effect.map(steadyNow, (now) => takeUnsafe(asks, now)),
    takeUnsafe,
    shared: () => "off"
  }
}

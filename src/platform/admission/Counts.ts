import { Context, type Effect } from "effect"

/** One that is limited: an address, a key or a user. Limits are of requests admitted; 0 is no limit. */
export interface Ask {
  readonly of: "address" | "key" | "user"
  readonly id: string
  readonly perMinute: number
  readonly perHour: number
}

/** What came of asking for all of some asks at once: all are counted, or none is. */
export interface Verdict {
  readonly isAdmitted: boolean
  /** Which limit is the tightest: the one that refuses, else the one with the least left. */
  readonly of: Ask["of"]
  readonly window: "minute" | "hour"
  readonly limit: number
  /** Further requests that this limit lets through now. */
  readonly remaining: number
  /** Milliseconds until it lets one more through than now. */
  readonly resetMillis: number
}

export const windowMillis = { minute: 60_000, hour: 3_600_000 } as const

/** Counts the requests of many, in any minute and any hour. */
export interface CountsShape {
  /** `undefined` where nothing is limited. */
  readonly take: (asks: ReadonlyArray<Ask>) => Effect.Effect<Verdict | undefined>
  /**
   * The same at once, where the counts are this process's own; `"elsewhere"` where they are not, and `take` has to be used. `now` is
   * that of `steadyMillis`.
   */
  readonly takeUnsafe: (asks: ReadonlyArray<Ask>, now: number) => Verdict | "elsewhere" | undefined
  /** Whether the counts are shared by Redis: `off` where none is configured, `down` while this process counts for itself. */
  readonly shared: () => "off" | "up" | "down"
}

/** The counts of all requests. */
export class Counts extends Context.Service<Counts, CountsShape>()("siku/platform/admission/Counts") {}

import type { Origin } from "../Admission.ts"
import type { Caller, CallerLimits } from "../Caller.ts"
import type { Settings } from "../config/Settings.ts"
import { limitedAs } from "./addresses.ts"
import type { Ask } from "./Counts.ts"

type Limits = Settings["rateLimit"]

/** A place among those at once that a request has to have; a limit of 0 is none. */
export interface PlaceAsk {
  readonly of: "key" | "user"
  readonly id: string
  readonly limit: number
}

// A limit that nobody may lift who is bound by it: no more than the settings allow now.
const bounded = (own: number | undefined, common: number, { isGranted = true }: CallerLimits): number | undefined =>
  own === undefined || isGranted || common === 0 ? own : own === 0 ? common : Math.min(own, common)

/** What is set for a key itself, as far as it counts. */
const ownOf = (limits: CallerLimits, settings: Limits): CallerLimits => ({
  perMinute: bounded(limits.perMinute, settings.perMinute, limits),
  perHour: bounded(limits.perHour, settings.perHour, limits),
  concurrency: bounded(limits.concurrency, settings.concurrency, limits)
})

// What is set for a key or user itself holds for it as it stands; where it is more than others may, its address and its user may too.
const widened = (common: number, own: number | undefined): number =>
  own === undefined ? common : own === 0 || common === 0 ? 0 : Math.max(common, own)

/** The counts that a request has to stay within. Who asks from this machine without a credential has none. */
export const asksOf = (
  origin: Origin,
  { keyId, kind, limits: given, userId }: Caller,
  settings: Limits
): Array<Ask> => {
  if (!settings.enabled || kind === "local") return []
  const limits = ownOf(given, settings)
  const wide = {
    perMinute: widened(settings.perMinute, limits.perMinute),
    perHour: widened(settings.perHour, limits.perHour)
  }
  const own = {
    perMinute: limits.perMinute ?? settings.perMinute,
    perHour: limits.perHour ?? settings.perHour
  }
  const asks: Array<Ask> = [{ of: "address", id: limitedAs(origin.address), ...wide }]
  if (keyId !== null) asks.push({ of: "key", id: keyId, ...own })
  if (userId !== null) asks.push({ of: "user", id: userId, ...(keyId === null ? own : wide) })
  return asks
}

/** The places that a request has to have. */
export const placesOf = ({ keyId, limits: given, userId }: Caller, settings: Limits): Array<PlaceAsk> => {
  if (!settings.enabled) return []
  const limits = ownOf(given, settings)
  const own = limits.concurrency ?? settings.concurrency
  const places: Array<PlaceAsk> = []
  if (keyId !== null && own > 0) places.push({ of: "key", id: keyId, limit: own })
  const ofUser = keyId === null ? own : widened(settings.concurrency, limits.concurrency)
  if (userId !== null && ofUser > 0) places.push({ of: "user", id: userId, limit: ofUser })
  return places
}

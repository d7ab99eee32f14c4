// How an error status says when to come back.
import type { StatusFault } from "./Faults.ts"

/** In headers, each form that the fault sets. */
export const retryHeaders = (fault: StatusFault): Readonly<Record<string, string>> => ({
  ...(fault.retryAfterMs !== undefined && { "retry-after-ms": String(fault.retryAfterMs) }),
  ...(fault.retryAfterDate !== undefined && { "retry-after": fault.retryAfterDate.toUTCString() }),
  ...(fault.retryAfterSeconds !== undefined && { "retry-after": String(fault.retryAfterSeconds) })
})

/** In milliseconds, for forms that say it in the body; undefined where the fault sets nothing. */
export const retryMs = ({ retryAfterDate, retryAfterMs, retryAfterSeconds }: StatusFault): number | undefined => {
  if (retryAfterMs !== undefined) return retryAfterMs
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000
  return retryAfterDate === undefined ? undefined : Math.max(0, retryAfterDate.getTime() - Date.now())
}

// How a call ended, in a word that can be compared and printed.
import { Cause, Exit } from "effect"
import type { ProviderError, ProviderErrorReason, Timeout } from "../../src/providers/ProviderError.ts"

/** `answered`, `interrupted`, the tag of a reason with what callers act upon, or what must never be. */
export type Outcome =
  | "answered"
  | "interrupted"
  | Exclude<ProviderErrorReason["_tag"], "Timeout">
  | `Timeout/${Timeout["phase"]}`
  | `${"RateLimited" | "Overloaded" | "Unavailable"}/${number}ms`
  | "defect"
  | "no end"

/** The outcome of a call that has ended. */
export const outcomeOf = (exit: Exit.Exit<unknown, ProviderError>): Outcome => {
  if (Exit.isSuccess(exit)) return "answered"
  for (const reason of exit.cause.reasons) if (reason._tag === "Fail") return wordOf(reason.error.reason)
  return Cause.hasInterruptsOnly(exit.cause) ? "interrupted" : "defect"
}

const wordOf = (reason: ProviderErrorReason): Outcome => {
  switch (reason._tag) {
    case "Timeout":
      return `Timeout/${reason.phase}`
    case "RateLimited":
    case "Overloaded":
    case "Unavailable":
      return reason.retryAfterMillis === undefined ? reason._tag : `${reason._tag}/${reason.retryAfterMillis}ms`
    default:
      return reason._tag
  }
}

/** The outcome without what stands behind its tag, as the records of attempts have it. */
export const tagOf = (outcome: Outcome): string => outcome.replace(/\/.*/, "")

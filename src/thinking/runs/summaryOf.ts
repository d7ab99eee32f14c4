import type { RunUsage } from "../Bill.ts"
import { ownerClosed } from "../RunState.ts"
import type { ThoughtEvent } from "../ThoughtEvent.ts"

/** What a run's row says once its last event is there: columns and their values. `at` is milliseconds since 1970. */
export const summaryOf = (
  event: ThoughtEvent,
  usage: RunUsage,
  at: number
): Record<string, string | number | null> => ({
  ...usage,
  estimated: usage.estimated ? 1 : 0,
  cost: usage.cost === null ? null : Math.ceil(usage.cost),
  ended_at: at,
  request: null,
  ...outcomeOf(event)
})

const outcomeOf = (event: ThoughtEvent): Record<string, string | number> => {
  switch (event.type) {
    case "Answered":
      return { state: "answered", answer: event.text, confidence: event.confidence, degraded: event.degraded ? 1 : 0 }
    case "RunFailed":
      return { state: "failed", error: event.detail }
    default:
      return {
        state: "cancelled",
        ...(event.type === "RunCancelled" && event.owner !== undefined ? { error: ownerClosed[event.owner] } : {})
      }
  }
}

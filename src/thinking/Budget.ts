import type { Bill, RunUsage } from "./Bill.ts"
import type { BudgetLimits } from "./ThinkingSettings.ts"

export type BudgetKind = "calls" | "tokens" | "cost" | "deadline"

/** What a call is expected to use at most; `cost` in micro-USD. */
export interface Estimate {
  readonly tokens: number
  readonly cost: number
}

/** Room that is held for one call until it has ended. */
export interface Reservation {
  /** To be asked before each request to a platform: the first is paid for, a further one needs room of its own. */
  readonly mayAttempt: () => boolean
  /** The call has ended: what it really used takes the place of the estimate. */
  readonly settle: (bill: Pick<Bill, "attempts" | "prompt_tokens" | "completion_tokens" | "cost">) => void
}

/** What is used or held, and its limit. */
export interface Spent {
  readonly what: BudgetKind
  readonly limit: number
  readonly used: number
}

/**
 * What a run may still use. Requests to platforms are held before they are made, so their number is never exceeded, however
 * threads interleave; tokens and money are held by an estimate, so that a single call may come out above it, and none is made
 * after.
 */
export interface Budget {
  /** Holds room for a call, leaving `keep` requests for others; or says what is missing. */
  readonly reserve: (estimate: Estimate, keep: number, now: number) => Reservation | Spent
  /** The largest share of any limit that is used or held, from 0 on. */
  readonly pressure: (now: number) => number
  /** Until when the run must have ended, by `steadyMillis`, as all times here. */
  readonly deadline: number
}

export const isSpent = (given: Reservation | Spent): given is Spent => "what" in given

/** A budget from `startedAt` on, of which `used` is gone already. */
export const makeBudget = (limits: BudgetLimits, startedAt: number, used: RunUsage): Budget => {
  const { calls = Number.POSITIVE_INFINITY, cost = Number.POSITIVE_INFINITY, deadline_ms } = limits
  const tokens = limits.tokens ?? Number.POSITIVE_INFINITY
  const deadline = deadline_ms === undefined ? Number.POSITIVE_INFINITY : startedAt + deadline_ms
  let usedCalls = used.attempts
  let usedTokens = used.prompt_tokens + used.completion_tokens
  let usedCost = used.cost ?? 0

  const missing = (estimate: Estimate, keep: number, now: number): Spent | undefined => {
    if (usedCalls + 1 + keep > calls) return { what: "calls", limit: calls, used: usedCalls }
    if (usedTokens + estimate.tokens > tokens) return { what: "tokens", limit: tokens, used: usedTokens }
    if (usedCost + estimate.cost > cost) return { what: "cost", limit: cost, used: usedCost }
    return now >= deadline ? { what: "deadline", limit: deadline - startedAt, used: now - startedAt } : undefined
  }

  const reserve = (estimate: Estimate, keep: number, now: number): Reservation | Spent => {
    const spent = missing(estimate, keep, now)
    if (spent !== undefined) return spent
    usedCalls++
    usedTokens += estimate.tokens
    usedCost += estimate.cost
    let attempts = 0
    let isSettled = false
    return {
      mayAttempt: () => {
        if (isSettled) return false
        if (attempts > 0) {
          if (usedCalls + 1 + keep > calls) return false
          usedCalls++
        }
        attempts++
        return true
      },
      settle: (bill) => {
        if (isSettled) return
        isSettled = true
        // Nothing was sent: the room is free again.
        if (attempts === 0) usedCalls--
        usedTokens += bill.prompt_tokens + bill.completion_tokens - estimate.tokens
        usedCost += (bill.cost ?? estimate.cost) - estimate.cost
      }
    }
  }

  return {
    deadline,
    reserve,
    pressure: (now) =>
      Math.max(
        usedCalls / calls,
        usedTokens / tokens,
        usedCost / cost,
        deadline_ms === undefined ? 0 : deadline_ms === 0 ? 1 : (now - startedAt) / deadline_ms
      )
  }
}

import { Effect } from "effect"
import type { Credit } from "../../accounts/credit/Credit.ts"
import type { HoldRefused } from "../../accounts/credit/holdWriter.ts"
import type { Price } from "../../platform/config/Settings.ts"
import { CreditUnavailable, ModelNotPriced, NoCredit, type UnpaidReason } from "../ProviderError.ts"
import { costAtMost, costOf } from "./price.ts"
import type { TokensAtMost } from "./tokensAtMost.ts"
import { noUsage } from "./usage.ts"

/** A request that is about to be sent. */
export interface Quote {
  readonly provider: string
  readonly model: string
  /** `undefined` where none is known. */
  readonly price: Price | undefined
  readonly tokens: TokensAtMost
  /** About so many tokens it asks with. */
  readonly promptEstimate: () => number
}

/** What a call has come to at least if its end is never known: what its requests cost that have ended, and the prompts of the others. */
export interface Lost {
  /** Of requests under way. */
  readonly promptTokens: number
  /** In micro-USD. */
  readonly cost: number
}

/**
 * To be told once the request has ended, and what it cost in micro-USD (`undefined`: no price known). Says what is taken off the account
 * for it: never more than was held for it, whatever a platform reports; `undefined` where it has no limit.
 */
export type Paid = (cost: number | undefined) => number | undefined

/** Pays for the requests of one call before they are sent. */
export interface Payment {
  /** Whether somebody's limited credit pays. */
  readonly isLimited: Effect.Effect<boolean, UnpaidReason>
  /** How many tokens a reply may have where nobody else says it. */
  readonly longestReply: () => number
  /** Pays for a request, or says why nobody does. Not to be interrupted. */
  readonly pay: (quote: Quote) => Effect.Effect<Paid, UnpaidReason>
}

/**
 * Pays for the requests of one call out of an account. What each may cost at most is held before it is sent; what one that has ended
 * cost less is there for the next. All of it is given back when the call is settled. With what is held stands what the ledger is to have
 * of the call if the process does not live to write it down (`ifLost`).
 */
export const makePayment = (
  credit: Credit["Service"],
  {
    account,
    call,
    ifLost
  }: { readonly account: string; readonly call: string; readonly ifLost: (lost: Lost) => string }
) => {
  let isPrepaid = false
  let held = 0
  let spent = 0
  let open = 0
  /** Prompts of what is open. */
  let asked: Lost = { promptTokens: 0, cost: 0 }

  const change = (estimate: number, prompt: Lost, by: 1 | -1) => {
    open += by * estimate
    asked = { promptTokens: asked.promptTokens + by * prompt.promptTokens, cost: asked.cost + by * prompt.cost }
  }

  const hold = Effect.fnUntraced(function* (estimate: number, prompt: Lost) {
    change(estimate, prompt, 1)
    const missing = spent + open - held
    if (missing <= 0) return
    // At once, so that a request that is sent beside this one does not count on it.
    held += missing
    const record = ifLost({ ...asked, cost: asked.cost + spent })
    yield* Effect.onError(credit.hold({ call, account, amount: missing, ifLost: record }), () =>
      Effect.sync(() => {
        held -= missing
        change(estimate, prompt, -1)
      })
    )
  })

  const isLimited = Effect.map(credit.isPrepaid(account), (prepaid) => {
    isPrepaid ||= prepaid
    return isPrepaid
  })

  const pay = Effect.fnUntraced(function* ({ model, price, promptEstimate, provider, tokens }: Quote) {
    if (!(yield* isLimited)) return withoutLimit
    if (price === undefined) {
      if (credit.unpriced === "free") return costsNothing
      return yield* new ModelNotPriced({ detail: `what ${provider}/${model} costs is not known` })
    }
    const estimate = costAtMost(price, tokens)
    const promptTokens = Math.min(promptEstimate(), tokens.prompt)
    const prompt = { promptTokens, cost: costOf(price, { ...noUsage, promptTokens }) ?? 0 }
    yield* hold(estimate, prompt)
    return (cost: number | undefined) => {
      const charged = Math.min(cost ?? 0, estimate)
      change(estimate, prompt, -1)
      spent += charged
      return charged
    }
  })

  return {
    isLimited: Effect.mapError(isLimited, unpaidOf),
    longestReply: () => credit.longestReply,
    pay: (quote: Quote) => pay(quote).pipe(Effect.mapError(unpaidOf), Effect.uninterruptible),
    /** What is held for the call; `undefined` where the account has no limit. */
    held: (): number | undefined => (isPrepaid ? held : undefined)
  }
}

const withoutLimit: Paid = () => undefined
const costsNothing: Paid = () => 0

const unpaidOf = (error: HoldRefused | UnpaidReason): UnpaidReason => {
  switch (error._tag) {
    case "CreditExhausted":
    case "AccountClosed":
      return new NoCredit({ detail: error.message })
    case "CreditUnreachable":
      return new CreditUnavailable({ detail: error.message })
    default:
      return error
  }
}

import { Effect } from "effect"
import type { Credit } from "../../accounts/credit/Credit.ts"
import type { Price } from "../../platform/config/Settings.ts"
import { CreditUnavailable, ModelNotPriced, NoCredit, type UnpaidReason } from "../ProviderError.ts"
import { costAtMost } from "./price.ts"
import type { TokensAtMost } from "./tokensAtMost.ts"

/** A request that is about to be sent. */
export interface Quote {
  readonly provider: string
  readonly model: string
  /** `undefined` where none is known. */
  readonly price: Price | undefined
  readonly tokens: TokensAtMost
}

/** To be told once the request has ended, and what it cost in micro-USD (`undefined`: no price known). */
export type Paid = (cost: number | undefined) => void

/** Pays for a request before it is sent, or says why nobody does. Not to be interrupted. */
export type Pay = (quote: Quote) => Effect.Effect<Paid, UnpaidReason>

/**
 * Pays for the requests of one call out of an account. What each may cost at most is held before it is sent; what one that has ended
 * cost less is there for the next. All of it is given back when the call is settled.
 */
export const makePayment = (credit: Credit["Service"], account: string, call: string) => {
  let isPrepaid = false
  let held = 0
  let spent = 0
  let open = 0

  const hold = Effect.fnUntraced(function* (estimate: number) {
    open += estimate
    const missing = spent + open - held
    if (missing <= 0) return
    // At once, so that a request that is sent beside this one does not count on it.
    held += missing
    yield* Effect.onError(credit.hold({ call, account, amount: missing }), () =>
      Effect.sync(() => {
        held -= missing
        open -= estimate
      })
    )
  })

  const pay: Pay = Effect.fnUntraced(
    function* ({ model, price, provider, tokens }: Quote) {
      isPrepaid ||= yield* credit.isPrepaid(account)
      if (!isPrepaid) return costsNothing
      if (price === undefined) {
        if (credit.unpriced === "free") return costsNothing
        return yield* new ModelNotPriced({ detail: `what ${provider}/${model} costs is not known` })
      }
      const estimate = costAtMost(price, tokens)
      yield* hold(estimate)
      return (cost) => {
        open -= estimate
        spent += cost ?? 0
      }
    },
    Effect.catchTags({
      CreditExhausted: ({ message }) => Effect.fail(new NoCredit({ detail: message })),
      AccountClosed: ({ message }) => Effect.fail(new NoCredit({ detail: message })),
      CreditUnreachable: ({ message }) => Effect.fail(new CreditUnavailable({ detail: message }))
    }),
    Effect.uninterruptible
  )

  return {
    pay,
    /** What is held for the call; `undefined` where the account has no limit. */
    held: (): number | undefined => (isPrepaid ? held : undefined)
  }
}

const costsNothing: Paid = () => {}

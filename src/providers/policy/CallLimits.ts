import { Context, Duration, Effect } from "effect"
import { steadyNow } from "../../platform/steadyTime.ts"
import type { Payment } from "../accounting/payment.ts"

/** What a model call has to keep to, apart from its provider's own settings. Times are those of `steadyMillis`. */
export interface CallLimits {
  /** When the caller wants the whole reply; `Infinity` where it waits for ever. */
  readonly deadline: number
  /** When the next model of the chain takes over, unless this one has answered or begun to stream. */
  readonly share: number
  /** Whether another model is asked when this one fails: then no long pause is kept. */
  readonly hasFallback: boolean
  /** For one attempt, in place of the provider's. */
  readonly timeout: Duration.Duration | undefined
  /** In place of the provider's. */
  readonly maxRetries: number | undefined
  /** Asked before each request to a platform: whether the caller still pays for it. */
  readonly mayAttempt: () => boolean
  /** Pays for a request before it is sent; `undefined` where nobody has to. */
  readonly payment: Payment | undefined
}

const unlimited: CallLimits = {
  deadline: Number.POSITIVE_INFINITY,
  share: Number.POSITIVE_INFINITY,
  hasFallback: false,
  timeout: undefined,
  maxRetries: undefined,
  mayAttempt: () => true,
  payment: undefined
}

/** The limits of the model calls that a fiber makes. */
export const CallLimits = Context.Reference<CallLimits>("siku/providers/CallLimits", { defaultValue: () => unlimited })

/** Gives the model calls of an effect so much time in all; an earlier deadline that holds already stays. */
export const withDeadline =
  (time: Duration.Duration) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(steadyNow, (now) =>
      Effect.updateService(effect, CallLimits, (limits) => ({
        ...limits,
        deadline: Math.min(limits.deadline, now + Duration.toMillis(time))
      }))
    )

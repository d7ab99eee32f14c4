import { type Array as Arr, Effect, Result } from "effect"
import { steadyNow } from "../../platform/steadyTime.ts"
import type { ChatModel, ChatRequest } from "../ChatModel.ts"
import { isUnpaid, type ProviderError } from "../ProviderError.ts"
import { begin, opening } from "./begin.ts"
import { CallLimits } from "./CallLimits.ts"

/**
 * Several models as one: each is asked when the one before it has failed, retries included, and the reply says who gave it.
 * Where the caller has a deadline, each gets its share of the time that is left, so that one which hangs leaves enough for the
 * others. When all fail, the first one's failure is told, for it is the one that was meant to answer. A caller who cannot pay for one is
 * told so, and no other is asked. A stream goes to the next model only while nothing of it was passed on.
 */
export const withFallback = (models: Arr.NonEmptyReadonlyArray<ChatModel>): ChatModel => {
  const [first, ...others] = models
  if (others.length === 0) return first

  const limitsOf = (limits: CallLimits, at: number, now: number): CallLimits => ({
    ...limits,
    share: Math.min(limits.share, now + Math.max(0, limits.deadline - now) / (models.length - at)),
    hasFallback: limits.hasFallback || at < models.length - 1
  })

  /** What the first model gives that does. */
  const firstThat = <A, R>(ask: (model: ChatModel) => Effect.Effect<A, ProviderError, R>) =>
    Effect.gen(function* () {
      const limits = yield* CallLimits
      let meant: ProviderError | undefined
      for (const [at, model] of models.entries()) {
        const now = yield* steadyNow
        const result = yield* ask(model).pipe(
          Effect.provideService(CallLimits, limitsOf(limits, at, now)),
          Effect.result
        )
        if (Result.isSuccess(result)) return result.success
        if (isUnpaid(result.failure.reason)) return yield* result.failure
        meant ??= result.failure
        const next = models[at + 1]
        if (next !== undefined) yield* tellOfFallback(result.failure, next)
      }
      return yield* Effect.fail(meant ?? (yield* Effect.die(new Error("a chain without models"))))
    })

  const complete = (request: ChatRequest) => firstThat((model) => model.complete(request))

  const stream = (request: ChatRequest) =>
    opening(
      Effect.map(
        firstThat((model) => begin(model.stream(request))),
        ({ pull }) => pull
      )
    )

  return { provider: first.provider, name: first.name, model: first.model, complete, stream }
}

const tellOfFallback = (error: ProviderError, next: ChatModel) =>
  Effect.logWarning(`${error.message}; asking ${next.provider}/${next.model} instead`)

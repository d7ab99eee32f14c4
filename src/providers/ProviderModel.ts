import { Array as Arr, Cause, Clock, Duration, Effect, Exit, Pull, Result, Scope, type Stream } from "effect"
import type { Preset } from "../platform/config/Presets.ts"
import type { Exchange } from "../platform/outbound/Exchange.ts"
import type { ProviderSettings } from "../platform/config/Settings.ts"
import { steadyMillis, steadyNow, timesFrom } from "../platform/steadyTime.ts"
import { attemptRecorder } from "./accounting/attemptRecorder.ts"
import { AttemptListener } from "./accounting/CallRecord.ts"
import type { Payment } from "./accounting/payment.ts"
import { priceOf } from "./accounting/price.ts"
import { longestCompletion, promptAtMost } from "./accounting/tokensAtMost.ts"
import { estimatedPrompt } from "./accounting/usage.ts"
import { anthropicFamily } from "./anthropic/Family.ts"
import { type Attempt, openEvents, replyTo, streamsAnyway } from "./Attempt.ts"
import { callSpan, endSpan } from "./callSpan.ts"
import type { ChatEvent, ChatModel, ChatReply, ChatRequest } from "./ChatModel.ts"
import type { Family } from "./Family.ts"
import { geminiFamily } from "./gemini/Family.ts"
import { openAiFamily } from "./openai/Family.ts"
import { beginPull, opening } from "./policy/begin.ts"
import { CallLimits } from "./policy/CallLimits.ts"
import type { KeyRing } from "./policy/KeyRing.ts"
import {
  type AttemptFailure,
  longestRetryAfter,
  longestRetryAfterWithFallback,
  retrying,
  retrySchedule
} from "./policy/retry.ts"
import { ProviderError, type ProviderErrorReason, type UnpaidReason } from "./ProviderError.ts"
import { callerLeft } from "./Watch.ts"

const families: Record<Preset["family"], Family> = {
  openai: openAiFamily,
  gemini: geminiFamily,
  anthropic: anthropicFamily
}

/** What a model of a provider is made of. */
export interface ProviderModelParts {
  readonly settings: ProviderSettings
  readonly model: string
  readonly keys: KeyRing
  /** The way to the platform, good for as long as the scope is open. */
  readonly exchange: Effect.Effect<Exchange, never, Scope.Scope>
  /** In place of the family that the provider's preset names. */
  readonly family?: Family
  /** The most tokens that a request may be asked with, and about how many, where it is no conversation. */
  readonly promptAtMost?: (request: ChatRequest) => number
  readonly promptEstimate?: (request: ChatRequest) => number
}

/**
 * One model at one provider with its time-outs, keys, breakers and retries. A whole reply has `settings.timeout` for each
 * attempt; a stream has it to begin, and `settings.stallTimeout` between any two pieces. Retryable failures are tried again up
 * to `settings.maxRetries` times, a stream only while nothing of it has been passed on. A key that is refused is replaced by
 * the next one at once. All of it keeps to the caller's `CallLimits`.
 */
export const makeProviderModel = (parts: ProviderModelParts): ChatModel => {
  const { keys, model, settings } = parts
  const { baseUrl, id: provider, name, preset } = settings
  const family = parts.family ?? families[preset.family]
  const atMost = parts.promptAtMost ?? promptAtMost
  const promptEstimate = parts.promptEstimate ?? estimatedPrompt
  const price = priceOf(settings.prices, model)
  const defaults = {
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
    ...(settings.maxTokens === undefined ? {} : { maxTokens: settings.maxTokens })
  }
  const toError = (reason: ProviderErrorReason) => new ProviderError({ provider, model, reason })
  const outOfTime = (): AttemptFailure => ({
    error: toError(callerLeft),
    isRetryable: false,
    hasOtherKey: false,
    pauseMillis: undefined
  })

  const unpaid = (reason: UnpaidReason): AttemptFailure => ({
    error: toError(reason),
    isRetryable: false,
    hasOtherKey: false,
    pauseMillis: undefined
  })

  /** What is held is what the platform is told: where nobody says how long a reply may be, the payment does. */
  const limited = (request: ChatRequest, payment: Payment | undefined): Effect.Effect<ChatRequest, AttemptFailure> =>
    payment === undefined || request.maxTokens !== undefined
      ? Effect.succeed(request)
      : Effect.mapBoth(payment.isLimited, {
          onSuccess: (isLimited) => (isLimited ? { ...request, maxTokens: payment.longestReply() } : request),
          onFailure: unpaid
        })

  const payFor = ({ pay }: Payment, request: ChatRequest, completion: number) =>
    Effect.mapError(
      pay({
        provider,
        model,
        price,
        tokens: { prompt: atMost(request), completion },
        promptEstimate: () => promptEstimate(request)
      }),
      unpaid
    )

  /** A lease, and an attempt with it that reports how it ended. */
  const prepare = Effect.fnUntraced(function* (request: ChatRequest, limits: CallLimits, wantsStream: boolean) {
    const lease = yield* within(limits, () => Effect.fail(outOfTime()))(
      Effect.mapError(keys.lease, ({ mayWait, reason }): AttemptFailure => ({
        error: toError(reason),
        isRetryable: mayWait,
        hasOtherKey: false,
        pauseMillis: mayWait && "retryAfterMillis" in reason ? reason.retryAfterMillis : undefined
      }))
    )
    const clock = yield* Clock.Clock
    const time = timesFrom(clock)
    const whole = yield* limited({ ...defaults, ...request }, limits.payment)
    const target = { preset, baseUrl, model, key: lease.key }
    const wire = family.encode(target, whole, { stream: wantsStream || streamsAnyway(target) })
    const told = Result.isSuccess(wire) ? wire.success.outputLimit : undefined
    const outputLimit = told === undefined || told === 0 ? told : told + preset.thoughtsOnTop
    const recorder = attemptRecorder({
      at: time(),
      provider,
      model,
      key: lease.label,
      price,
      promptEstimate: () => promptEstimate(whole),
      outputLimit,
      tellsCost: preset.tellsCost
    })
    const until = endOf(limits)
    const exchange = yield* parts.exchange
    if (until <= steadyMillis(clock)) return yield* Effect.fail(outOfTime())
    const paid =
      limits.payment === undefined || Result.isFailure(wire)
        ? undefined
        : yield* payFor(limits.payment, whole, outputLimit ?? longestCompletion)
    if (!limits.mayAttempt()) {
      paid?.(0)
      return yield* Effect.fail(outOfTime())
    }
    const attempt: Attempt = {
      exchange,
      family,
      target,
      wire,
      timeout: limits.timeout ?? settings.timeout,
      stallTimeout: settings.stallTimeout,
      until,
      deadline: limits.deadline,
      onSent: recorder.sent,
      onReply: () => recorder.replyBegan(time()),
      onStream: recorder.streams
    }
    const listener = yield* AttemptListener
    const span = yield* callSpan({ provider, preset: preset.key, model, request: whole })
    const end = (exit: Exit.Exit<unknown, ProviderErrorReason>) =>
      Effect.suspend(() => {
        const found = recorder.endOf(exit)
        const end = found === callerLeft ? "interrupted" : found
        const recorded = recorder.record(end, time())
        const record = { ...recorded, charged: paid?.(recorded.cost) }
        endSpan(span, record, clock.currentTimeNanosUnsafe())
        listener(record)
        return lease.settle(end === "defect" ? "interrupted" : end)
      })
    return { attempt, recorder, end }
  })

  const failure = (reason: ProviderErrorReason): Effect.Effect<never, AttemptFailure> =>
    Effect.flatMap(steadyNow, (now) => {
      if (reason === callerLeft) return Effect.fail(outOfTime())
      const error = toError(reason)
      const rest = keys.restMillis(now)
      const isKeyRefused = reason._tag === "AuthFailed" || reason._tag === "NoBalance"
      return Effect.fail({
        error,
        isRetryable: error.retryable,
        hasOtherKey: isKeyRefused && keys.hasUsable(now),
        pauseMillis: rest > 0 ? rest : undefined
      })
    })

  const replyOnce = (request: ChatRequest, limits: CallLimits): Effect.Effect<ChatReply, AttemptFailure> =>
    Effect.scoped(
      Effect.gen(function* () {
        const { attempt, end, recorder } = yield* prepare(request, limits, false)
        return yield* replyTo(attempt).pipe(
          Effect.map((reply): ChatReply => ({
            ...reply,
            usage: recorder.reported(reply.usage, reply),
            provider,
            model: reply.model ?? model
          })),
          Effect.onExit((exit) => end(exit)),
          Effect.catch(failure)
        )
      })
    )

  /** The events of one attempt. It has ended once they end or break, or when the scope closes. */
  const openOnce = Effect.fnUntraced(function* (request: ChatRequest, limits: CallLimits) {
    const { attempt, end, recorder } = yield* prepare(request, limits, true)
    let isEnded = false
    const endOnce = (exit: Exit.Exit<unknown, ProviderErrorReason>) =>
      Effect.suspend(() => {
        if (isEnded) return Effect.void
        isEnded = true
        return end(exit)
      })
    yield* Scope.addFinalizer(yield* Effect.scope, endOnce(Exit.void))
    const events = yield* openEvents(attempt).pipe(
      Effect.onError((cause) => endOnce(Exit.failCause(cause))),
      Effect.catch(failure)
    )
    let isCut = false
    const next: typeof events = Effect.suspend(() => (isCut ? Cause.done() : more))
    const more: typeof events = Effect.flatMap(events, (events) => {
      const seen = recorder.saw(events)
      if (seen.isFirst) attempt.onReply()
      isCut = seen.isCut
      return Arr.isReadonlyArrayNonEmpty(seen.events) ? Effect.succeed(seen.events) : next
    })
    return next.pipe(
      Effect.onError((cause) => endOnce(Pull.doneExitFromCause(cause))),
      Effect.catch((end): Pull.Pull<never, AttemptFailure> => (Cause.isDone(end) ? Cause.done() : failure(end)))
    )
  })

  const schedule = (limits: CallLimits) =>
    retrySchedule({
      times: limits.maxRetries ?? settings.maxRetries,
      longestPause: limits.hasFallback ? longestRetryAfterWithFallback : longestRetryAfter,
      until: endOf(limits)
    })

  const complete = (request: ChatRequest): Effect.Effect<ChatReply, ProviderError> =>
    Effect.flatMap(CallLimits, (limits) =>
      Effect.mapError(
        retrying(replyOnce(request, limits), () => schedule(limits)),
        ({ error }) => error
      )
    )

  const stream = (request: ChatRequest): Stream.Stream<ChatEvent, ProviderError> =>
    opening(
      Effect.flatMap(CallLimits, (limits) =>
        retrying(beginPull(openOnce(request, limits)), () => schedule(limits)).pipe(
          Effect.map(({ pull }) => Effect.mapError(pull, (end) => (Cause.isDone(end) ? end : end.error))),
          Effect.mapError(({ error }) => error)
        )
      )
    )

  return { provider, name, model, complete, stream }
}

/** Until when a model has to have answered, or begun to. */
const endOf = (limits: CallLimits): number => Math.min(limits.deadline, limits.share)

const within =
  <E>(limits: CallLimits, orElse: () => Effect.Effect<never, E>) =>
  <A, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const end = endOf(limits)
    return end === Number.POSITIVE_INFINITY
      ? effect
      : Effect.flatMap(steadyNow, (now) =>
          Effect.timeoutOrElse(effect, { duration: Duration.millis(Math.max(0, end - now)), orElse })
        )
  }

import { Clock, Duration, Effect, type Exit, type Scope, Stream } from "effect"
import type { HttpClient } from "effect/http"
import type { Preset } from "../platform/config/Presets.ts"
import type { ProviderSettings } from "../platform/config/Settings.ts"
import { attemptRecorder } from "./accounting/attemptRecorder.ts"
import { AttemptListener } from "./accounting/CallRecord.ts"
import { charactersIn, estimatedUsage } from "./accounting/usage.ts"
import { anthropicFamily } from "./anthropic/Family.ts"
import { eventsOf, replyTo } from "./Attempt.ts"
import type { ChatEvent, ChatModel, ChatReply, ChatRequest } from "./ChatModel.ts"
import type { Family } from "./Family.ts"
import { geminiFamily } from "./gemini/Family.ts"
import { openAiFamily } from "./openai/Family.ts"
import { begin, goOn } from "./policy/begin.ts"
import { CallLimits } from "./policy/CallLimits.ts"
import type { KeyRing } from "./policy/KeyRing.ts"
import { type AttemptFailure, longestRetryAfter, longestRetryAfterWithFallback, retrySchedule } from "./policy/retry.ts"
import { ProviderError, type ProviderErrorReason, Timeout } from "./ProviderError.ts"

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
  /** A client that is good for as long as the scope is open. */
  readonly client: Effect.Effect<HttpClient.HttpClient, never, Scope.Scope>
}

/**
 * One model at one provider with its time-outs, keys, breakers and retries. A whole reply has `settings.timeout` for each
 * attempt; a stream has it to begin, and `settings.stallTimeout` between any two pieces. Retryable failures are tried again up
 * to `settings.maxRetries` times, a stream only while nothing of it has been passed on. A key that is refused is replaced by
 * the next one at once. All of it keeps to the caller's `CallLimits`.
 */
export const makeProviderModel = ({ client, keys, model, settings }: ProviderModelParts): ChatModel => {
  const { baseUrl, id: provider, name, preset } = settings
  const family = families[preset.family]
  const defaults = {
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
    ...(settings.maxTokens === undefined ? {} : { maxTokens: settings.maxTokens })
  }
  const toError = (reason: ProviderErrorReason) => new ProviderError({ provider, model, reason })
  const outOfTime = () => toError(new Timeout({ phase: "total", detail: "the caller's time is over" }))

  /** A lease, and an attempt with it that reports how it ended. */
  const prepare = Effect.fnUntraced(function* (request: ChatRequest, limits: CallLimits) {
    const lease = yield* Effect.mapError(keys.lease, ({ mayWait, reason }): AttemptFailure => ({
      error: toError(reason),
      isRetryable: mayWait,
      hasOtherKey: false,
      pauseMillis: mayWait && "retryAfterMillis" in reason ? reason.retryAfterMillis : undefined
    }))
    const clock = yield* Clock.Clock
    const startedAt = clock.currentTimeMillisUnsafe()
    const whole = { ...defaults, ...request }
    const recorder = attemptRecorder({
      at: startedAt,
      provider,
      model,
      key: lease.label,
      request: whole,
      prices: settings.prices
    })
    const left = endOf(limits) - startedAt
    if (left <= 0) {
      return yield* Effect.fail<AttemptFailure>({
        error: outOfTime(),
        isRetryable: false,
        hasOtherKey: false,
        pauseMillis: undefined
      })
    }
    const attempt = {
      client: yield* client,
      family,
      target: { preset, baseUrl, model, key: lease.key },
      request: whole,
      timeout: Duration.min(limits.timeout ?? settings.timeout, Duration.millis(left)),
      stallTimeout: settings.stallTimeout,
      onReply: () => recorder.replyBegan(clock.currentTimeMillisUnsafe())
    }
    const listener = yield* AttemptListener
    const end = (exit: Exit.Exit<unknown, ProviderErrorReason>) =>
      Effect.suspend(() => {
        const end = recorder.endOf(exit)
        listener(recorder.record(end, clock.currentTimeMillisUnsafe()))
        return lease.settle(end === "defect" ? "interrupted" : end)
      })
    return { attempt, recorder, end }
  })

  const failure = (reason: ProviderErrorReason): Effect.Effect<never, AttemptFailure> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
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
        const { attempt, end, recorder } = yield* prepare(request, limits)
        return yield* replyTo(attempt).pipe(
          Effect.map((reply): ChatReply => {
            const usage = reply.usage ?? estimatedUsage(attempt.request, charactersIn(reply))
            recorder.reported(usage)
            return { ...reply, usage, provider, model: reply.model ?? model }
          }),
          Effect.onExit((exit) => end(exit)),
          Effect.catch(failure)
        )
      })
    )

  const eventsOnce = (request: ChatRequest, limits: CallLimits): Stream.Stream<ChatEvent, AttemptFailure> =>
    Stream.unwrap(
      Effect.map(prepare(request, limits), ({ attempt, end, recorder }) =>
        eventsOf(attempt).pipe(
          Stream.mapArray((events) => {
            const seen = recorder.saw(events)
            if (seen.isFirst) attempt.onReply()
            return seen.events
          }),
          Stream.onExit(end),
          Stream.catch((reason) => Stream.fromEffect(failure(reason)))
        )
      )
    )

  const schedule = (limits: CallLimits) =>
    retrySchedule({
      times: limits.maxRetries ?? settings.maxRetries,
      longestPause: limits.hasFallback ? longestRetryAfterWithFallback : longestRetryAfter,
      until: endOf(limits)
    })

  const complete = (request: ChatRequest): Effect.Effect<ChatReply, ProviderError> =>
    Effect.flatMap(CallLimits, (limits) =>
      replyOnce(request, limits).pipe(
        Effect.retry({ while: ({ hasOtherKey }) => hasOtherKey }),
        Effect.retry(schedule(limits)),
        Effect.mapError(({ error }) => error),
        within(limits, () => Effect.fail(outOfTime()))
      )
    )

  const stream = (request: ChatRequest): Stream.Stream<ChatEvent, ProviderError> =>
    Stream.unwrap(
      Effect.flatMap(CallLimits, (limits) =>
        begin(eventsOnce(request, limits)).pipe(
          Effect.retry({ while: ({ hasOtherKey }) => hasOtherKey }),
          Effect.retry(schedule(limits)),
          Effect.mapError(({ error }) => error),
          within(limits, () => Effect.fail(outOfTime())),
          Effect.map((begun) =>
            untilDeadline(
              limits,
              Stream.mapError(goOn(begun), ({ error }) => error)
            )
          )
        )
      )
    )

  const untilDeadline = (limits: CallLimits, events: Stream.Stream<ChatEvent, ProviderError>) =>
    limits.deadline === Number.POSITIVE_INFINITY
      ? events
      : Stream.interruptWhen(
          events,
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.andThen(
              Effect.sleep(Duration.millis(Math.max(0, limits.deadline - now))),
              Effect.suspend(() => Effect.fail(outOfTime()))
            )
          )
        )

  return { provider, name, model, complete, stream }
}

/** Until when a model has to have answered, or begun to. */
const endOf = (limits: CallLimits): number => Math.min(limits.deadline, limits.share)

const within =
  <A, E, R>(limits: CallLimits, orElse: () => Effect.Effect<never, E>) =>
  (effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const end = endOf(limits)
    return end === Number.POSITIVE_INFINITY
      ? effect
      : Effect.flatMap(Clock.currentTimeMillis, (now) =>
          Effect.timeoutOrElse(effect, { duration: Duration.millis(Math.max(0, end - now)), orElse })
        )
  }

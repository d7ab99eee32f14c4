import { Clock, Deferred, Duration, Effect, Stream } from "effect"
import type { ChatModel, ChatReply, ChatRequest } from "../ChatModel.ts"
import type { ProviderError } from "../ProviderError.ts"
import { makeLatencyWindow } from "./LatencyWindow.ts"

/**
 * Asks a second time when the first request takes longer than nineteen of twenty did before; the first answer (of a stream: the
 * first piece) wins, and the other request is interrupted, which closes its connection. A first request that fails before that is
 * not hedged: that would be a retry. Both requests may be billed, so it is off unless asked for.
 */
export const withHedge = (model: ChatModel): ChatModel => {
  const whole = makeLatencyWindow()
  const firstPiece = makeLatencyWindow()

  const complete = (request: ChatRequest): Effect.Effect<ChatReply, ProviderError> =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const startedAt = clock.currentTimeMillisUnsafe()
      const noteLatency = () => whole.add(clock.currentTimeMillisUnsafe() - startedAt)
      const delay = whole.p95()
      if (delay === undefined) return yield* Effect.tap(model.complete(request), () => Effect.sync(noteLatency))
      const failedEarly = yield* Deferred.make<never, ProviderError>()
      const first = Effect.tapError(model.complete(request), (error) => Deferred.fail(failedEarly, error))
      const second = Effect.andThen(late(delay, failedEarly), model.complete(request))
      return yield* Effect.tap(Effect.race(first, second), () => Effect.sync(noteLatency))
    })

  const stream = (request: ChatRequest) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        const startedAt = clock.currentTimeMillisUnsafe()
        let hasBegun = false
        const noted = (events: ReturnType<ChatModel["stream"]>) =>
          Stream.map(events, (event) => {
            if (!hasBegun) firstPiece.add(clock.currentTimeMillisUnsafe() - startedAt)
            hasBegun = true
            return event
          })
        const delay = firstPiece.p95()
        if (delay === undefined) return noted(model.stream(request))
        const failedEarly = yield* Deferred.make<never, ProviderError>()
        const first = Stream.tapError(model.stream(request), (error) => Deferred.fail(failedEarly, error))
        const second = Stream.unwrap(Effect.as(late(delay, failedEarly), model.stream(request)))
        return noted(Stream.race(first, second))
      })
    )

  return { ...model, complete, stream }
}

/** Waits for the delay to pass, unless the first request fails before. */
const late = (delayMillis: number, failedEarly: Deferred.Deferred<never, ProviderError>) =>
  Effect.raceFirst(Effect.sleep(Duration.millis(delayMillis)), Deferred.await(failedEarly))

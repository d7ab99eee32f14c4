import { Clock, Deferred, Duration, Effect } from "effect"
import { steadyMillis } from "../../platform/steadyTime.ts"
import type { ChatEvent, ChatModel, ChatReply, ChatRequest } from "../ChatModel.ts"
import type { ProviderError } from "../ProviderError.ts"
import { type Begun, begin, opening } from "./begin.ts"
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
      const startedAt = steadyMillis(clock)
      const delay = whole.p95()
      const ask = model.complete(request)
      const reply = yield* delay === undefined ? ask : hedged(delay, ask)
      whole.add(steadyMillis(clock) - startedAt)
      return reply
    })

  const stream = (request: ChatRequest) =>
    opening(
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        const startedAt = steadyMillis(clock)
        const begun: Array<Begun<ChatEvent, ProviderError>> = []
        const ask = Effect.tap(begin(model.stream(request)), (one) => Effect.sync(() => begun.push(one)))
        const delay = firstPiece.p95()
        const winner = yield* delay === undefined ? ask : hedged(delay, ask)
        firstPiece.add(steadyMillis(clock) - startedAt)
        // Both may have begun in the same moment.
        for (const one of begun) if (one !== winner) yield* one.close
        return winner.pull
      })
    )

  return { ...model, complete, stream }
}

/** Asks once, and once more when the delay has passed; a first request that fails before is the end. */
const hedged = <A, R>(delayMillis: number, ask: Effect.Effect<A, ProviderError, R>) =>
  Effect.gen(function* () {
    const failedEarly = yield* Deferred.make<never, ProviderError>()
    const first = Effect.tapError(ask, (error) => Deferred.fail(failedEarly, error))
    const late = Effect.raceFirst(Effect.sleep(Duration.millis(delayMillis)), Deferred.await(failedEarly))
    return yield* Effect.race(first, Effect.andThen(late, ask))
  })

import { Array as Arr, Effect, Stream } from "effect"
import type { Pull } from "effect"
import { RequestId } from "../../platform/RequestContext.ts"
import { AttemptListener, type AttemptRecord } from "../../providers/accounting/CallRecord.ts"
import { sumOfCosts } from "../../providers/accounting/price.ts"
import { sumOfUsage } from "../../providers/accounting/usage.ts"
import type { ChatEvent, ChatModel } from "../../providers/ChatModel.ts"
import { replyEvents } from "../../providers/events.ts"
import { opening } from "../../providers/policy/begin.ts"
import type { ProviderError } from "../../providers/ProviderError.ts"
import type { Turn, TurnEvent, TurnUsage } from "../Turn.ts"

/** A turn that one model answers as it is. Its usage is that of all requests it took. */
export const plainCall = (
  model: ChatModel,
  { effort, messages, options, whole = false }: Turn,
  requestId: string
): Stream.Stream<TurnEvent, ProviderError> => {
  const request = { ...options, messages, ...(effort === undefined ? {} : { reasoningEffort: effort }) }
  return opening(
    Effect.gen(function* () {
      const attempts: Array<AttemptRecord> = []
      const outer = yield* AttemptListener
      const listener = (attempt: AttemptRecord) => {
        attempts.push(attempt)
        outer(attempt)
      }
      const events = whole
        ? Stream.unwrap(Effect.map(model.complete(request), (reply) => Stream.fromIterable(replyEvents(reply))))
        : model.stream(request)
      const pull = yield* Stream.toPull(events).pipe(
        Effect.provideService(AttemptListener, listener),
        Effect.provideService(RequestId, requestId)
      )
      // The last attempt has ended by the time its end is told.
      const turnEvent = (event: ChatEvent): TurnEvent | undefined =>
        event._tag === "UsageReported"
          ? undefined
          : event._tag === "Finish"
            ? { ...event, usage: usageOf(attempts) }
            : event
      const next: Pull.Pull<Arr.NonEmptyReadonlyArray<TurnEvent>, ProviderError> = Effect.flatMap(pull, (events) => {
        const shown = events.map(turnEvent).filter((event) => event !== undefined)
        return Arr.isReadonlyArrayNonEmpty(shown) ? Effect.succeed(shown) : next
      })
      return next
    })
  )
}

const usageOf = (attempts: ReadonlyArray<AttemptRecord>): TurnUsage => ({
  ...sumOfUsage(attempts.map(({ usage }) => usage)),
  cost: sumOfCosts(attempts.map(({ cost }) => cost))
})

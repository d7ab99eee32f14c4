import { Array as Arr, Cause, Context, Effect } from "effect"
import type { Pull, Scope, Stream } from "effect"
import { RequestId } from "../../platform/RequestContext.ts"
import { AttemptListener, type AttemptRecord } from "../../providers/accounting/CallRecord.ts"
import { sumOfCosts } from "../../providers/accounting/price.ts"
import { sumOfUsage } from "../../providers/accounting/usage.ts"
import type { ChatEvent, ChatModel, ChatReply } from "../../providers/ChatModel.ts"
import { replyEvents } from "../../providers/events.ts"
import { opening, pulling } from "../../providers/policy/begin.ts"
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
      const events: Effect.Effect<ChatPull, ProviderError, Scope.Scope> = whole
        ? Effect.map(model.complete(request), wholePull)
        : pulling(model.stream(request))
      const pull = yield* Effect.updateContext(events, (context: Context.Context<Scope.Scope>) =>
        Context.add(Context.add(context, AttemptListener, listener), RequestId, requestId)
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

type ChatPull = Pull.Pull<Arr.NonEmptyReadonlyArray<ChatEvent>, ProviderError>

/** The one piece that a whole reply is. */
const wholePull = (reply: ChatReply): ChatPull => {
  let isOver = false
  return Effect.suspend((): ChatPull => {
    if (isOver) return Cause.done()
    isOver = true
    return Effect.succeed(replyEvents(reply))
  })
}

const usageOf = (attempts: ReadonlyArray<AttemptRecord>): TurnUsage => ({
  ...sumOfUsage(attempts.map(({ usage }) => usage)),
  cost: sumOfCosts(attempts.map(({ cost }) => cost))
})

import { Array as Arr, Cause, Effect } from "effect"
import type { Pull, Stream } from "effect"
import { AttemptListener, type AttemptRecord } from "../../providers/accounting/CallRecord.ts"
import { sumOfCosts } from "../../providers/accounting/price.ts"
import { sumOfUsage } from "../../providers/accounting/usage.ts"
import type { ChatEvent, ChatModel, ChatReply, ChatRequest } from "../../providers/ChatModel.ts"
import { replyEvents } from "../../providers/events.ts"
import { opening, pulling, pullingOnce } from "../../providers/policy/begin.ts"
import type { ProviderError } from "../../providers/ProviderError.ts"
import type { Turn, TurnEvent, TurnUsage } from "../Turn.ts"

type TurnEvents = Stream.Stream<TurnEvent, ProviderError>
type TurnPull = Pull.Pull<Arr.NonEmptyReadonlyArray<TurnEvent>, ProviderError>

/** A turn that one model answers as it is. Its usage is that of all requests it took. */
export const plainCall = (model: ChatModel, { effort, messages, options, whole = false }: Turn): TurnEvents => {
  const request = { ...options, messages, ...(effort === undefined ? {} : { reasoningEffort: effort }) }
  return whole ? wholeReply(model, request) : streamedReply(model, request)
}

const wholeReply = (model: ChatModel, request: ChatRequest): TurnEvents =>
  opening(
    Effect.map(model.complete(request), (reply): TurnPull => {
      const shown = turnEvents(replyEvents(reply), () => usageOfReply(reply))
      return Arr.isReadonlyArrayNonEmpty(shown) ? pullingOnce(Effect.succeed(shown)) : Cause.done()
    })
  )

const streamedReply = (model: ChatModel, request: ChatRequest): TurnEvents =>
  opening(
    Effect.gen(function* () {
      const attempts: Array<AttemptRecord> = []
      const outer = yield* AttemptListener
      const listener = (attempt: AttemptRecord) => {
        attempts.push(attempt)
        outer(attempt)
      }
      const pull = yield* Effect.provideService(pulling(model.stream(request)), AttemptListener, listener)
      const next: TurnPull = Effect.flatMap(pull, (events) => {
        // The last attempt has ended by the time its end is told.
        const shown = turnEvents(events, () => usageOf(attempts))
        return Arr.isReadonlyArrayNonEmpty(shown) ? Effect.succeed(shown) : next
      })
      return next
    })
  )

const turnEvents = (events: ReadonlyArray<ChatEvent>, usage: () => TurnUsage): ReadonlyArray<TurnEvent> => {
  const shown: Array<TurnEvent> = []
  for (const event of events) {
    if (event._tag === "Finish") shown.push({ ...event, usage: usage() })
    else if (event._tag !== "UsageReported") shown.push(event)
  }
  return shown
}

const usageOfReply = ({ receipt, usage }: ChatReply): TurnUsage => ({
  ...(receipt?.usage ?? usage),
  cost: receipt?.cost
})

const usageOf = (attempts: ReadonlyArray<AttemptRecord>): TurnUsage => ({
  ...sumOfUsage(attempts.map(({ usage }) => usage)),
  cost: sumOfCosts(attempts.map(({ cost }) => cost))
})

// What a run tells, as a client of a chat hears it.
import { Array as Arr, Cause, Effect, Pull, Stream } from "effect"
import { opening } from "../../providers/policy/begin.ts"
import type { ProviderError } from "../../providers/ProviderError.ts"
import { noRunUsage, type RunUsage, withBill } from "../../thinking/Bill.ts"
import { errorOf } from "../../thinking/billing.ts"
import { languageOf } from "../../thinking/prompts/language.ts"
import type { ReasoningError } from "../../thinking/ReasoningError.ts"
import type { ReasoningRequest } from "../../thinking/ReasoningRequest.ts"
import type { Answered, LoggedEvent } from "../../thinking/ThoughtEvent.ts"
import type { TurnError, TurnEvent, TurnUsage } from "../Turn.ts"
import { makeNarrator } from "./narrator.ts"

type Heard = Arr.NonEmptyReadonlyArray<TurnEvent>

/**
 * The events of a run as those of a turn. The answer's text comes as it is written, or with `whole` once it is there. When
 * the model that writes it breaks off and the run begins the answer anew, what a client has cannot be taken back: the turn then
 * fails with what that model failed of, after the run has ended with the new answer in its log.
 */
export const runEvents = (
  events: Stream.Stream<LoggedEvent, ReasoningError>,
  request: ReasoningRequest,
  whole: boolean
): Stream.Stream<TurnEvent, TurnError> =>
  opening(
    Effect.gen(function* () {
      const pull = yield* Stream.toPull(events)
      const reader = makeReader(request, whole)
      const next: Pull.Pull<Heard, TurnError> = Effect.flatMap(pull, (logged) => {
        const heard = logged.flatMap(reader.read)
        return Arr.isReadonlyArrayNonEmpty(heard) ? Effect.succeed(heard) : next
      })
      return Pull.catchDone(next, (): Pull.Pull<Heard, TurnError> => {
        const failure = reader.brokenBy()
        return failure === undefined ? Cause.done() : Effect.fail(failure)
      })
    })
  )

const makeReader = (request: ReasoningRequest, whole: boolean) => {
  const narrate = makeNarrator(languageOf(request))
  let usage = noRunUsage
  let sent = ""
  /** Why the text that was sent has no end. */
  let brokenBy: ProviderError | undefined
  let lastFailure: ProviderError | undefined

  const text = (added: string): ReadonlyArray<TurnEvent> => {
    if (added === "" || brokenBy !== undefined) return []
    sent += added
    return [{ _tag: "TextDelta", text: added }]
  }

  const answered = (answer: typeof Answered.Type): ReadonlyArray<TurnEvent> => {
    if (brokenBy !== undefined) return []
    return [
      ...text(answer.text.startsWith(sent) ? answer.text.slice(sent.length) : ""),
      { _tag: "Finish", reason: answer.finish, usage: usageOf(usage, answer) }
    ]
  }

  const read = (logged: LoggedEvent): ReadonlyArray<TurnEvent> => {
    const { event } = logged
    if ("bill" in event && event.bill !== undefined) usage = withBill(usage, event.bill)
    switch (event.type) {
      case "FusionDelta":
        return whole ? [] : text(event.text)
      case "CallFailed":
        if (event.role === "fusion") lastFailure = errorOf(event)
        break
      case "FusionStarted":
        if (sent.trim() !== "") brokenBy = lastFailure
        break
    }
    const narrated = narrate(event)
    return [
      { _tag: "Progress", event: logged },
      ...(narrated === undefined ? [] : [{ _tag: "ReasoningDelta", text: narrated } as const]),
      ...(event.type === "Answered" ? answered(event) : [])
    ]
  }

  return { read, brokenBy: () => brokenBy }
}

const usageOf = (usage: RunUsage, { bill }: typeof Answered.Type): TurnUsage => {
  const answer = bill === undefined ? 0 : bill.completion_tokens - bill.reasoning_tokens
  return {
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    cachedTokens: usage.cached_tokens,
    cacheWriteTokens: 0,
    reasoningTokens: Math.max(0, usage.completion_tokens - answer),
    estimated: usage.estimated,
    cost: usage.cost ?? undefined
  }
}

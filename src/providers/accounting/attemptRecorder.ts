import { Array as Arr, Cause, type Exit } from "effect"
import type { Price } from "../../platform/config/Settings.ts"
import type { ChatEvent, ChatRequest, Usage } from "../ChatModel.ts"
import { excerpt } from "../excerpt.ts"
import type { AttemptEnd } from "../policy/KeyRing.ts"
import type { ProviderErrorReason } from "../ProviderError.ts"
import type { AttemptRecord, CallOutcome } from "./CallRecord.ts"
import { costOf, priceOf } from "./price.ts"
import { estimatedUsage, noUsage } from "./usage.ts"

/** What is known of an attempt when it begins. */
export interface AttemptStart {
  readonly at: number
  readonly provider: string
  readonly model: string
  /** Masked. */
  readonly key: string | undefined
  readonly request: ChatRequest
  readonly prices: ReadonlyMap<string, Price>
}

/**
 * Follows one attempt and says in the end what it used. Tokens are those that the platform reported. Where it reported
 * none, they are estimated from what was asked and what came, once a reply had begun; a request that was answered with an error
 * used none; one that got no answer at all used none that we know of, which is marked as an estimate too.
 */
export const attemptRecorder = (start: AttemptStart) => {
  let repliedAt: number | undefined
  let usage: Usage | undefined
  let characters = 0
  let isStreaming = false
  let isFinished = false

  /** Counts a piece; before the end, a usage that the platform kept to itself is put in as an estimate. */
  const readEvent = (event: ChatEvent): Arr.NonEmptyReadonlyArray<ChatEvent> => {
    switch (event._tag) {
      case "TextDelta":
      case "ReasoningDelta":
        characters += event.text.length
        return [event]
      case "ToolCallDelta":
        characters += event.arguments.length
        return [event]
      case "UsageReported":
        usage = event.usage
        return [event]
      case "Finish":
        isFinished = true
        if (usage !== undefined) return [event]
        usage = estimatedUsage(start.request, characters)
        return [{ _tag: "UsageReported", usage }, event]
    }
  }

  const usageAtEnd = (outcome: CallOutcome): Usage => {
    if (usage !== undefined) return usage
    if (repliedAt !== undefined) return estimatedUsage(start.request, characters)
    return mayHaveReached.has(outcome) ? { ...noUsage, estimated: true } : noUsage
  }

  return {
    /** A 2xx reply has begun, or the first piece of a stream has come: the later one counts. */
    replyBegan: (now: number) => {
      repliedAt = now
    },
    /** The tokens of a whole reply. */
    reported: (reported: Usage) => {
      usage = reported
      isFinished = true
    },
    /** Pieces of a stream on their way to the caller, and whether they are the first. */
    saw: (events: Arr.NonEmptyReadonlyArray<ChatEvent>) => {
      const isFirst = !isStreaming
      isStreaming = true
      return { isFirst, events: Arr.flatMap(events, readEvent) }
    },
    /** A listener may leave once it has heard the end, or before: only what was heard says which. */
    endOf: (exit: Exit.Exit<unknown, ProviderErrorReason>): AttemptEnd | "defect" =>
      isFinished ? "answered" : exit._tag === "Success" ? "interrupted" : reasonOf(exit.cause),
    record: (end: AttemptEnd | "defect", now: number): AttemptRecord => {
      const outcome = typeof end === "string" ? end : end._tag
      const used = countedIn(end) ?? usageAtEnd(outcome)
      return {
        at: start.at,
        provider: start.provider,
        model: start.model,
        key: start.key,
        outcome,
        detail: typeof end === "string" ? undefined : excerpt(end.detail),
        usage: used,
        cost: costOf(priceOf(start.prices, start.model), used),
        elapsedMillis: now - start.at,
        firstByteMillis: repliedAt === undefined ? undefined : repliedAt - start.at
      }
    }
  }
}

/** Of a reply that says nothing, and whose platform told its tokens all the same. */
const countedIn = (end: AttemptEnd | "defect"): Usage | undefined =>
  typeof end !== "string" && "usage" in end ? end.usage : undefined

// Ends without a word from the platform: it may have worked, and may bill for it.
const mayHaveReached: ReadonlySet<CallOutcome> = new Set(["interrupted", "defect", "Timeout", "Network", "Malformed"])

const reasonOf = (cause: Cause.Cause<ProviderErrorReason>): AttemptEnd | "defect" => {
  for (const reason of cause.reasons) if (reason._tag === "Fail") return reason.error
  return Cause.hasInterruptsOnly(cause) ? "interrupted" : "defect"
}

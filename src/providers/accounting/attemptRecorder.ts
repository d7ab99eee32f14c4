import { Array as Arr, Cause, type Exit } from "effect"
import type { Price } from "../../platform/config/Settings.ts"
import type { ChatEvent, ChatReply, Usage } from "../ChatModel.ts"
import { excerpt } from "../excerpt.ts"
import type { AttemptEnd } from "../policy/KeyRing.ts"
import type { ProviderErrorReason } from "../ProviderError.ts"
import type { AttemptRecord, CallOutcome } from "./CallRecord.ts"
import { costOf, sourceOf } from "./price.ts"
import { makeWeigher, tokensOfWeight, weightOfText } from "./tokenEstimate.ts"
import { noUsage, weightOfReply } from "./usage.ts"

/** What is known of an attempt when it begins. */
export interface AttemptStart {
  readonly at: number
  readonly provider: string
  readonly model: string
  /** Masked. */
  readonly key: string | undefined
  /** `undefined` where none is known. */
  readonly price: Price | undefined
  /** About so many tokens are asked with. */
  readonly promptEstimate: () => number
  /** The most tokens that the reply may have; `undefined` where the platform is told none. */
  readonly outputLimit?: number | undefined
  /** Whether what the platform says of a cost is one in USD. */
  readonly tellsCost?: boolean
}

type Said = Pick<ChatReply, "text" | "reasoning" | "toolCalls">

/**
 * Follows one attempt and says in the end what it used. Tokens are those that the platform reported. Where it reported
 * none, they are estimated from what was asked and what came. A request that was answered with an error used none, and neither did one
 * that was never sent; one that was sent and got no answer, or not all of one, used its prompt at least.
 */
export const attemptRecorder = (start: AttemptStart) => {
  let isSent = false
  let repliedAt: number | undefined
  let usage: Usage | undefined
  let told: () => Usage | undefined = () => undefined
  /** In hundredths of a token. */
  let said = 0
  const weigh = { text: makeWeigher(), reasoning: makeWeigher() }
  const weighCalls = new Map<number, ReturnType<typeof makeWeigher>>()
  let isStreaming = false
  let isFinished = false

  // An estimate may be half of what a platform counts.
  const mostSaid = 100 * (2 * (start.outputLimit ?? Number.POSITIVE_INFINITY) + 256)

  const estimate = (): Usage => ({
    ...noUsage,
    promptTokens: start.promptEstimate(),
    completionTokens: tokensOfWeight(said),
    estimated: true
  })

  const believed = (usage: Usage): Usage => {
    if (usage.toldCost === undefined || start.tellsCost === true) return usage
    const { toldCost: _, ...others } = usage
    return others
  }

  /** What was reported, unless it says that a reply was written with nothing. */
  const reportedOrEstimate = (reported: Usage | undefined): Usage =>
    reported === undefined || (reported.completionTokens === 0 && said > 0) ? estimate() : believed(reported)

  /** Counts a piece; before the end, a usage that the platform kept to itself is put in as an estimate. */
  const readEvent = (event: ChatEvent): ReadonlyArray<ChatEvent> => {
    switch (event._tag) {
      case "TextDelta":
        said += weigh.text(event.text)
        return [event]
      case "ReasoningDelta":
        said += weigh.reasoning(event.text)
        return [event]
      case "ToolCallDelta": {
        const weighCall = weighCalls.get(event.index) ?? makeWeigher()
        weighCalls.set(event.index, weighCall)
        said += weightOfText(event.name ?? "") + weighCall(event.arguments)
        return [event]
      }
      case "UsageReported":
        told = () => event.usage
        return []
      case "Finish":
        isFinished = true
        usage = reportedOrEstimate(told())
        return [{ _tag: "UsageReported", usage }, event]
    }
  }

  /** What was told so far, and at least what was said. */
  const usageSoFar = (): Usage | undefined => {
    const soFar = told()
    if (soFar === undefined) return undefined
    const { toldCost: _, ...counts } = soFar
    return { ...counts, completionTokens: Math.max(counts.completionTokens, tokensOfWeight(said)), estimated: true }
  }

  const cut = (): ReadonlyArray<ChatEvent> => {
    isFinished = true
    usage = usageSoFar() ?? estimate()
    return [
      { _tag: "UsageReported", usage },
      { _tag: "Finish", reason: "length" }
    ]
  }

  const usageAtEnd = (outcome: CallOutcome): Usage =>
    usage ?? usageSoFar() ?? (repliedAt !== undefined || (isSent && mayHaveWorked.has(outcome)) ? estimate() : noUsage)

  return {
    /** The request is on its way. */
    sent: () => {
      isSent = true
    },
    /** A 2xx reply has begun, or the first piece of a stream has come: the later one counts. */
    replyBegan: (now: number) => {
      repliedAt = now
    },
    /** A stream has begun that may not come to its end: what its platform has told so far of tokens. */
    streams: (toldSoFar: () => Usage | undefined) => {
      told = toldSoFar
    },
    /** What a whole reply took. */
    reported: (reported: Usage | undefined, reply: Said): Usage => {
      // Vectors say nothing.
      said = start.outputLimit === 0 ? 0 : weightOfReply(reply)
      usage = reportedOrEstimate(reported)
      isFinished = true
      return usage
    },
    /**
     * Pieces of a stream on their way to the caller, whether they are the first, and whether the stream is cut behind them: its platform
     * goes on far beyond the limit that it was told.
     */
    saw: (events: Arr.NonEmptyReadonlyArray<ChatEvent>) => {
      const isFirst = !isStreaming
      isStreaming = true
      const seen = events.flatMap(readEvent)
      const isCut = !isFinished && said > mostSaid
      return { isFirst, isCut, events: isCut ? [...seen, ...cut()] : seen }
    },
    /** A listener may leave once it has heard the end, or before: only what was heard says which. */
    endOf: (exit: Exit.Exit<unknown, ProviderErrorReason>): AttemptEnd | "defect" =>
      isFinished ? "answered" : exit._tag === "Success" ? "interrupted" : reasonOf(exit.cause),
    record: (end: AttemptEnd | "defect", now: number): Omit<AttemptRecord, "charged"> => {
      const outcome = typeof end === "string" ? end : end._tag
      const counted = countedIn(end)
      const used = counted === undefined ? usageAtEnd(outcome) : believed(counted)
      return {
        at: start.at,
        provider: start.provider,
        model: start.model,
        key: start.key,
        outcome,
        detail: typeof end === "string" ? undefined : excerpt(end.detail),
        usage: used,
        cost: costOf(start.price, used),
        costSource: sourceOf(start.price, used),
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
const mayHaveWorked: ReadonlySet<CallOutcome> = new Set(["interrupted", "defect", "Timeout", "Network", "Malformed"])

const reasonOf = (cause: Cause.Cause<ProviderErrorReason>): AttemptEnd | "defect" => {
  for (const reason of cause.reasons) if (reason._tag === "Fail") return reason.error
  return Cause.hasInterruptsOnly(cause) ? "interrupted" : "defect"
}

import { Cause, Exit, Option, Schema } from "effect"
import type { AttemptRecord } from "../providers/accounting/CallRecord.ts"
import { sumOfCosts } from "../providers/accounting/price.ts"
import { sumOfUsage } from "../providers/accounting/usage.ts"
import { ProviderError, ProviderErrorReason, Unavailable } from "../providers/ProviderError.ts"
import type { Bill } from "./Bill.ts"
import type { CallFailed } from "./ThoughtEvent.ts"

/** The bill of a call from the requests that were made for it. */
export const billOf = (
  attempts: ReadonlyArray<AttemptRecord>,
  elapsedMillis: number,
  callId: string | undefined
): Bill => {
  const last = attempts.findLast(({ outcome }) => outcome === "answered") ?? attempts.at(-1)
  const usage = sumOfUsage(attempts.map((attempt) => attempt.usage))
  return {
    call_id: callId ?? null,
    provider: last?.provider ?? null,
    model: last?.model ?? null,
    attempts: attempts.length,
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    cached_tokens: usage.cachedTokens,
    reasoning_tokens: usage.reasoningTokens,
    estimated: usage.estimated,
    cost: sumOfCosts(attempts.map(({ cost }) => cost)) ?? null,
    elapsed_ms: elapsedMillis
  }
}

/** Of a call that was under way when the process ended: one request at least, of which nothing else is known. */
export const lostBill: Bill = {
  call_id: null,
  provider: null,
  model: null,
  attempts: 1,
  prompt_tokens: 0,
  completion_tokens: 0,
  cached_tokens: 0,
  reasoning_tokens: 0,
  estimated: true,
  cost: null,
  elapsed_ms: 0
}

/** How the log names the end of a call that gave nothing; a reply that came is one that cannot be read. */
export const failureOf = (
  exit: Exit.Exit<unknown, ProviderError>
): Pick<typeof CallFailed.Type, "reason" | "detail"> => {
  if (Exit.isSuccess(exit)) return { reason: "Unreadable", detail: "the reply does not say what was asked for" }
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (error !== undefined) return { reason: error.reason._tag, detail: error.reason.detail }
  return Cause.hasInterruptsOnly(exit.cause)
    ? { reason: "interrupted", detail: "the reply was not wanted any more" }
    : { reason: "defect", detail: "something went wrong here" }
}

const decodeReason = Schema.decodeUnknownOption(ProviderErrorReason)

/** The error that the log tells of. */
export const errorOf = ({ bill, detail, reason }: typeof CallFailed.Type): ProviderError =>
  new ProviderError({
    provider: bill.provider ?? "unknown",
    model: bill.model ?? "unknown",
    reason: Option.getOrElse(
      decodeReason({ _tag: reason, detail, phase: "total" }),
      () => new Unavailable({ detail: `${reason}: ${detail}` })
    )
  })

// How failures are told to clients of OpenAI's API, which go by the status, `code` and `param`.
import type { OpenAiError } from "../platform/ErrorForm.ts"
import type { ProviderErrorReason } from "../providers/ProviderError.ts"
import { remedyFor } from "../providers/remedyFor.ts"
import type { ReasoningError } from "../thinking/ReasoningError.ts"
import type { BadBody } from "./BadBody.ts"
import type { TurnError } from "./Turn.ts"
import type { Unsupported, UnknownModel } from "./Turns.ts"

export interface Failure extends OpenAiError {
  /** What a platform asked for. */
  readonly retryAfterMillis?: number | undefined
  /** Whether the client is to be kept from sending the same again by itself: it would be in vain, or be paid for twice. */
  readonly isFinal: boolean
}

/** The fields of a body by the names that `Unsupported` has for them. */
const fieldOf: Readonly<Record<string, string>> = {
  tools: "tools",
  toolChoice: "tool_choice",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
  thinking: "thinking",
  choices: "n"
}

/** What a request is refused with before anything is asked. */
export const refusal = (error: BadBody | UnknownModel | Unsupported): Failure => {
  switch (error._tag) {
    case "BadBody":
      return { status: 400, message: error.message, param: error.param, isFinal: true }
    case "Unsupported":
      return {
        status: 400,
        message: error.message,
        param: fieldOf[error.option] ?? error.option,
        code: "unsupported_parameter",
        isFinal: true
      }
    case "UnknownModel":
      return { status: 404, message: error.message, param: "model", code: "model_not_found", isFinal: true }
  }
}

/** Why a turn has no end. */
export const failureOf = (error: TurnError): Failure =>
  // what a run has thought already would be thought, and paid for, again
  error._tag === "ProviderError" ? ofProvider(error.reason, error.message) : { ...ofRun(error), isFinal: true }

const ofRun = ({ message, reason }: ReasoningError): Failure => {
  switch (reason._tag) {
    case "ModelsFailed":
      return ofProvider(reason.reason, message)
    case "NoModel":
      return { status: 503, message, code: "no_model", isFinal: true }
    case "BudgetExhausted":
      return { status: reason.what === "deadline" ? 504 : 400, message, code: "budget_exhausted", isFinal: true }
    case "NoPrice":
      return { status: 400, message, param: "thinking.budget.cost", code: "no_price", isFinal: true }
    case "RunLost":
      return { status: 500, message, code: "run_lost", isFinal: true }
  }
}

const ofProvider = (reason: ProviderErrorReason, said: string): Failure => {
  const message = `${said.replace(/[.!?\s]+$/, "")}. ${remedyFor(reason)}`
  switch (reason._tag) {
    case "RateLimited":
      return { status: 429, message, code: "rate_limit_exceeded", isFinal: false, ...pause(reason) }
    case "Overloaded":
      return { status: 503, message, code: "overloaded", isFinal: false, ...pause(reason) }
    case "Unavailable":
      return { status: 503, message, code: "upstream_unavailable", isFinal: false, ...pause(reason) }
    // What was asked may have been worked on, and be paid for.
    case "Timeout":
      return { status: 504, message, code: "upstream_timeout", isFinal: reason.phase !== "connect" }
    case "Network":
      return { status: 502, message, code: "upstream_connection", isFinal: true }
    case "Malformed":
      return { status: 502, message, code: "upstream_malformed", isFinal: true }
    // The keys and the account are this service's, not the client's.
    case "AuthFailed":
      return { status: 502, message, code: "upstream_auth_failed", isFinal: true }
    // A 429 that is final: https://platform.openai.com/docs/guides/error-codes
    case "NoCredit":
      return { status: 429, message, code: "insufficient_quota", isFinal: true }
    case "ModelNotPriced":
      return { status: 400, message, param: "model", code: "model_not_priced", isFinal: true }
    case "CreditUnavailable":
      return { status: 503, message, code: "credit_unavailable", isFinal: false }
    case "NoBalance":
      return { status: 502, message, code: "upstream_no_balance", isFinal: true }
    case "BadRequest":
      return { status: 400, message, param: fieldIn(reason.detail), code: "upstream_rejected", isFinal: true }
    case "ModelNotFound":
      return { status: 404, message, param: "model", code: "model_not_found", isFinal: true }
    case "ContentFiltered":
      return { status: 400, message, param: "messages", code: "content_filter", isFinal: true }
    case "ContextTooLong":
      return { status: 400, message, param: "messages", code: "context_length_exceeded", isFinal: true }
  }
}

const pause = ({ retryAfterMillis }: { readonly retryAfterMillis?: number }) =>
  retryAfterMillis === undefined ? {} : { retryAfterMillis }

const refusedFields = /^(seed|stop|tools|tool_choice|response_format|reasoning_effort|image_url)\b[^:]*:/

/** The field that a refusal of ours names before its first colon. */
const fieldIn = (detail: string): string | null => {
  const field = refusedFields.exec(detail)?.[1]
  return field === "image_url" ? "messages" : (field ?? null)
}

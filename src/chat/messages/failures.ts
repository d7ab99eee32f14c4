// How failures are told, by the types and statuses of https://platform.claude.com/docs/en/api/errors.
import type { AnthropicErrorType } from "../../platform/AnthropicErrorReply.ts"
import type { Malformed } from "../../providers/ProviderError.ts"
import { type Failure as ToldFailure, failureOf as tell } from "../failure.ts"
import type { BadBody } from "../BadBody.ts"
import type { TurnError } from "../Turn.ts"
import type { Unsupported, UnknownModel } from "../Turns.ts"
import type { UnusableBody } from "./UnusableBody.ts"

/** A failure as a client is told of it. */
export interface Failure {
  readonly status: number
  readonly type: AnthropicErrorType
  readonly message: string
  /** Where a platform asked for a pause. */
  readonly retryAfterMillis?: number | undefined
  /** Whether the client is to be kept from sending the same again by itself: it would be in vain, or be paid for twice. */
  readonly isFinal: boolean
}

/** What is wrong with a request. */
export const invalid = (message: string): Failure => ({
  status: 400,
  type: "invalid_request_error",
  message,
  isFinal: true
})

/** What a request is refused with before anything is asked. */
export const refusal = (error: BadBody | UnusableBody | UnknownModel | Unsupported): Failure => {
  switch (error._tag) {
    case "UnknownModel":
      return { status: 404, type: "not_found_error", message: `model: ${error.message}`, isFinal: true }
    case "BadBody":
    case "UnusableBody":
      return invalid(error.message)
    case "Unsupported":
      return invalid(`${fieldOf(error.option)}: ${error.message}`)
  }
}

/** The field of the body that an option came from. */
const fieldOf = (option: string): string => {
  switch (option) {
    case "toolChoice":
      return "tool_choice"
    case "responseFormat":
      return "output_config.format"
    default:
      return option
  }
}

/** Why there is no message, or no end of it. */
export const failureOf = (error: TurnError | Malformed): Failure => {
  if (error._tag === "Malformed") return { ...broken, message: `The model's reply cannot be used: ${error.detail}.` }
  const { code, isFinal, message, retryAfterMillis, status } = tell(error)
  const common = { message, retryAfterMillis, isFinal: isFinal || error._tag === "ReasoningError" }
  switch (code) {
    case "overloaded":
      return { ...common, status: 529, type: "overloaded_error" }
    case "insufficient_quota":
      return { ...common, status: 402, type: "billing_error" }
    default:
      return { ...common, status, type: typeOf(status) }
  }
}

const broken: Failure = { status: 502, type: "api_error", message: "The reply broke off.", isFinal: true }

/** A fault of ours; the log has it. */
export const defect: Failure = {
  status: 500,
  type: "api_error",
  message: "Something went wrong here. The log names it under this request_id.",
  isFinal: true
}

const typeOf = (status: ToldFailure["status"]): AnthropicErrorType => {
  switch (status) {
    case 404:
      return "not_found_error"
    case 429:
      return "rate_limit_error"
    case 504:
      return "timeout_error"
    default:
      return status < 500 ? "invalid_request_error" : "api_error"
  }
}

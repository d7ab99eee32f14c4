import type { ProviderErrorReason } from "../../providers/ProviderError.ts"
import { remedyFor } from "../../providers/remedyFor.ts"
import type { TooManyRuns } from "../../thinking/runs/errors.ts"
import type { TurnError } from "../Turn.ts"
import type { ResponseFailure } from "./ResponseObject.ts"

/** How a response tells why its turn failed, in the few codes that OpenAI has for it. */
export const failureOf = (error: TurnError | TooManyRuns): ResponseFailure => {
  const reason = reasonOf(error)
  const message = reason === undefined ? `${error.message}.` : `${error.message}. ${remedyFor(reason)}`
  switch (reason?._tag) {
    case "RateLimited":
    case "NoCredit":
      return { code: "rate_limit_exceeded", message }
    case "BadRequest":
    case "ModelNotPriced":
    case "ContextTooLong":
    case "ContentFiltered":
      return { code: "invalid_prompt", message }
    default:
      return { code: "server_error", message }
  }
}

const reasonOf = (error: TurnError | TooManyRuns): ProviderErrorReason | undefined => {
  if (error._tag === "ProviderError") return error.reason
  return error._tag === "ReasoningError" && error.reason._tag === "ModelsFailed" ? error.reason.reason : undefined
}

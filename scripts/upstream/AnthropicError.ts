// Anthropic's error objects, and the texts its API sends with each.
import type { Meaning } from "./Meaning.ts"

interface Said {
  /** Left out where any will do. */
  readonly status?: number
  readonly type: string
  readonly message: string
}

const said: { readonly [Key in Meaning]: Said } = {
  authFailed: { status: 401, type: "authentication_error", message: "invalid x-api-key" },
  noBalance: {
    status: 402,
    type: "billing_error",
    message: "There is an issue with your billing or payment information."
  },
  quotaExhausted: {
    status: 400,
    type: "invalid_request_error",
    message:
      "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
  },
  forbidden: {
    status: 403,
    type: "permission_error",
    message: "Your API key does not have permission to use the specified resource."
  },
  modelNotFound: { status: 404, type: "not_found_error", message: "model: no-such-model" },
  contextTooLong: {
    status: 400,
    type: "invalid_request_error",
    message: "prompt is too long: 208310 tokens > 200000 maximum"
  },
  contentFiltered: {
    status: 400,
    type: "invalid_request_error",
    message: "Output blocked by content filtering policy"
  },
  rateLimited: {
    status: 429,
    type: "rate_limit_error",
    message: "This request would exceed your organization's rate limit."
  },
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded" },
  serverError: { type: "api_error", message: "Internal server error" },
  badRequest: { type: "invalid_request_error", message: "The request was not accepted." }
}

/** The body of an error, and its status where there is only one. */
export const anthropicError = (meaning: Meaning) => {
  const { message, status, type } = said[meaning]
  return { status, body: { type: "error", error: { details: null, type, message }, request_id: "req_0" } }
}

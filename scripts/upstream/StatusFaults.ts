// The error replies a provider is known to send, ready to be used as faults.
import { errorBody } from "./ErrorBody.ts"
import type { StatusFault } from "./Faults.ts"

/** How a rate limit says when to come back; at most one of the `retry-after` forms is usual. */
export type RetryAfter = Pick<StatusFault, "retryAfterSeconds" | "retryAfterMs" | "retryAfterDate" | "headers">

/** 429: too many requests; may be tried again. */
export const rateLimited = (retryAfter: RetryAfter = {}): StatusFault => ({
  kind: "status",
  status: 429,
  ...retryAfter
})

/** A 5xx; may be tried again. */
export const serverError = (status = 500, retryAfter: RetryAfter = {}): StatusFault => ({
  kind: "status",
  status,
  ...retryAfter
})

/** 401: the key is wrong. */
export const authFailed: StatusFault = { kind: "status", status: 401 }

/** 402: the account has no money left. */
export const noBalance: StatusFault = { kind: "status", status: 402 }

/** 429 as OpenAI sends it for an account without credit: unlike a rate limit, waiting does not help. */
export const quotaExhausted: StatusFault = {
  kind: "status",
  status: 429,
  body: {
    error: errorBody(
      "You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota",
      "insufficient_quota"
    )
  }
}

/** 403: the caller may not use this API here. */
export const forbidden: StatusFault = { kind: "status", status: 403 }

/** 404: there is no such model. */
export const modelNotFound: StatusFault = { kind: "status", status: 404 }

/** 400: the messages are longer than the model's context. */
export const contextTooLong: StatusFault = {
  kind: "status",
  status: 400,
  body: {
    error: errorBody(
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
      "invalid_request_error",
      "context_length_exceeded",
      "messages"
    )
  }
}

/** 400: the prompt was refused by the content filter. */
export const contentFiltered: StatusFault = {
  kind: "status",
  status: 400,
  body: {
    error: errorBody(
      "The response was filtered due to the prompt triggering the content management policy.",
      "invalid_request_error",
      "content_filter",
      "prompt"
    )
  }
}

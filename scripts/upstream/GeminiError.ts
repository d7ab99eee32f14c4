// Google's error objects, and the texts the Gemini API sends with each.
import type { Meaning } from "./Meaning.ts"

interface Said {
  /** Left out where any will do. */
  readonly code?: number
  readonly status: string
  readonly message: string
  readonly details?: ReadonlyArray<object>
}

const detail = (type: string, fields: object) => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...fields })

const overQuota = (quotaId: string, quotaValue: string) =>
  detail("QuotaFailure", {
    violations: [
      {
        quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
        quotaId,
        quotaDimensions: { location: "global", model: "m" },
        quotaValue
      }
    ]
  })

const quotaMessage = "You exceeded your current quota, please check your plan and billing details."

const said: { readonly [Key in Meaning]: Said } = {
  authFailed: {
    code: 400,
    status: "INVALID_ARGUMENT",
    message: "API key not valid. Please pass a valid API key.",
    details: [detail("ErrorInfo", { reason: "API_KEY_INVALID", domain: "googleapis.com" })]
  },
  noBalance: {
    code: 402,
    status: "RESOURCE_EXHAUSTED",
    message: "Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing."
  },
  quotaExhausted: {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: quotaMessage,
    details: [overQuota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "250")]
  },
  forbidden: { code: 403, status: "PERMISSION_DENIED", message: "The caller does not have permission" },
  modelNotFound: {
    code: 404,
    status: "NOT_FOUND",
    message: "models/m is not found for API version v1beta, or is not supported for generateContent."
  },
  contextTooLong: {
    code: 400,
    status: "INVALID_ARGUMENT",
    message: "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576)."
  },
  // Not an error to Gemini, which answers that there is no answer; as one only to the type.
  contentFiltered: { code: 400, status: "INVALID_ARGUMENT", message: "The prompt was blocked." },
  rateLimited: {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: quotaMessage,
    details: [overQuota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "10")]
  },
  overloaded: {
    code: 503,
    status: "UNAVAILABLE",
    message: "The model is overloaded. Please try again later."
  },
  serverError: { status: "INTERNAL", message: "An internal error has occurred." },
  badRequest: { status: "INVALID_ARGUMENT", message: "Request contains an invalid argument." }
}

/** The status of an error and its body, which tells after how many milliseconds to come back if that is known. */
export const geminiError = (meaning: Meaning, anyStatus: number, retryMs: number | undefined) => {
  const { code = anyStatus, details = [], message, status } = said[meaning]
  const retry = retryMs === undefined ? [] : [detail("RetryInfo", { retryDelay: `${retryMs / 1000}s` })]
  const all = [...details, ...retry]
  return { status: code, body: { error: { code, message, status, ...(all.length > 0 && { details: all }) } } }
}

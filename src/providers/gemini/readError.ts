// From a `google.rpc.Status` to the reason. The names are those of https://ai.google.dev/gemini-api/docs/troubleshooting.
import { Option, Schema } from "effect"
import type { Family } from "../Family.ts"
import { retryAfterMillis } from "../retryAfter.ts"
import { excerpt } from "../excerpt.ts"
import {
  AuthFailed,
  BadRequest,
  ContextTooLong,
  Malformed,
  ModelNotFound,
  NoBalance,
  Overloaded,
  type ProviderErrorReason,
  RateLimited,
  Unavailable
} from "../ProviderError.ts"
import { decodeErrorBody, ErrorDetail, type Status } from "./Wire.ts"

/** The reason behind a reply that is not 2xx. */
export const readError: Family["readError"] = (_target, status, headers, body, now) => {
  const { error } = Option.getOrElse(decodeErrorBody(body), () => ({ error: { message: body } }))
  return reasonOf(status, error, retryAfterMillis(headers, now))
}

/** The reason behind an error under HTTP 200: what it names, or a fault of the moment. */
export const reasonIn200 = (error: Status): ProviderErrorReason => reasonOf(200, error, undefined)

const decodeDetail = Schema.decodeUnknownOption(ErrorDetail)

const wrongKey = /api key (?:not (?:valid|found)|expired)|location is not supported/i
const tooLong = /token count.{0,40}exceeds|exceeds the maximum number of tokens|payload size exceeds/i
const noMoney = /credits are depleted|spend(?:ing)? cap|enable billing/i
// "limit: 0" is how a model without a free tier answers a free key.
const noQuota = /\blimit: 0(?![.\d])/

const reasonOf = (status: number, error: Status, retryAfter: number | undefined): ProviderErrorReason => {
  const message = error.message ?? ""
  const detail = message === "" ? `HTTP ${status}` : `HTTP ${status}: ${excerpt(message)}`
  const details = (error.details ?? []).flatMap((one) => Option.toArray(decodeDetail(one)))
  const reasons = details.map(({ reason }) => reason)
  const delay = details.map(({ retryDelay }) => millisOf(retryDelay)).find((millis) => millis !== undefined)
  const wait = delay ?? millisOf(/retry in ([\d.]+m?s)/.exec(message)?.[1]) ?? retryAfter
  const retry = wait === undefined ? {} : { retryAfterMillis: wait }

  if (reasons.includes("API_KEY_INVALID") || wrongKey.test(message)) return new AuthFailed({ detail })
  if (status === 402 || reasons.includes("BILLING_DISABLED") || noMoney.test(message)) return new NoBalance({ detail })
  if (status === 413 || tooLong.test(message)) return new ContextTooLong({ detail })
  switch (nameOf(status) ?? error.status) {
    case "RESOURCE_EXHAUSTED":
      return noQuota.test(message) || details.some(isSpent)
        ? new NoBalance({ detail })
        : new RateLimited({ detail, ...retry })
    case "UNAVAILABLE":
      return new Overloaded({ detail, ...retry })
    case "UNAUTHENTICATED":
    case "PERMISSION_DENIED":
      return new AuthFailed({ detail })
    case "NOT_FOUND":
      return new ModelNotFound({ detail })
    case "INVALID_ARGUMENT":
    case "FAILED_PRECONDITION":
    case "OUT_OF_RANGE":
    case "UNIMPLEMENTED":
      return new BadRequest({ detail })
    default:
      if (status < 300) return new Malformed({ detail: `an error under HTTP 200: ${excerpt(message)}` })
      return status >= 500 || [408, 409, 425, 499].includes(status)
        ? new Unavailable({ detail, ...retry })
        : new BadRequest({ detail })
  }
}

/**
 * A quota that does not come back while anyone waits: one per day, which returns at midnight in California, or one of
 * nothing at all. To us that is an account without balance, whatever delay the error suggests.
 */
const isSpent = ({ violations }: ErrorDetail): boolean =>
  (violations ?? []).some(
    ({ quotaId, quotaValue }) => /PerDay|Daily/.test(quotaId ?? "") || Number(quotaValue ?? 1) === 0
  )

// Statuses that say as much as the name; what stands in front of the API sends errors in forms of its own.
const nameOf = (status: number): string | undefined => {
  switch (status) {
    case 401:
      return "UNAUTHENTICATED"
    case 403:
      return "PERMISSION_DENIED"
    case 404:
      return "NOT_FOUND"
    case 429:
      return "RESOURCE_EXHAUSTED"
    case 503:
      return "UNAVAILABLE"
    default:
      return undefined
  }
}

/** A protobuf duration such as "34.4s" in milliseconds, rounded up. */
const millisOf = (duration: string | null | undefined): number | undefined => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(m?s)$/.exec(duration ?? "") ?? []
  return amount === undefined ? undefined : Math.ceil(Number(amount) * (unit === "s" ? 1000 : 1))
}

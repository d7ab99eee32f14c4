// From an error object to the reason. The types are those of https://platform.claude.com/docs/en/api/errors.
import { Option, Schema } from "effect"
import type { Family } from "../Family.ts"
import { retryAfterMillis } from "../retryAfter.ts"
import { excerpt } from "../excerpt.ts"
import {
  AuthFailed,
  BadRequest,
  ContentFiltered,
  ContextTooLong,
  Malformed,
  ModelNotFound,
  NoBalance,
  Overloaded,
  type ProviderErrorReason,
  RateLimited,
  Unavailable
} from "../ProviderError.ts"
import { decodeErrorBody, type ErrorObject } from "./Wire.ts"

/** The reason behind a reply that is not 2xx. */
export const readError: Family["readError"] = (_target, status, headers, body, now) => {
  const { error } = Option.getOrElse(decodeErrorBody(body), () => ({ error: { message: body } }))
  return reasonOf(status, error, retryAfterMillis(headers, now))
}

/** The reason behind an error under HTTP 200: what it names, or a fault of the moment. */
export const reasonIn200 = (error: ErrorObject): ProviderErrorReason => reasonOf(200, error, undefined)

const decodeDetails = Schema.decodeUnknownOption(Schema.Struct({ error_code: Schema.String }))

// A tier's monthly cap comes as a rate limit with a code; the limits that one sets oneself, and an empty account, as
// invalid requests.
const spent = /^enforced_spend_limit_reached$/
const noMoney = /credit balance is too low|you have reached your specified (?:workspace )?api usage limits/i
const tooLong = /prompt is too long|exceed context limit|exceeds? the (?:maximum )?context/i
const filtered = /content filtering policy/i

const reasonOf = (status: number, error: ErrorObject, retryAfter: number | undefined): ProviderErrorReason => {
  const message = error.message ?? ""
  const detail = message === "" ? `HTTP ${status}` : `HTTP ${status}: ${excerpt(message)}`
  const code = Option.match(decodeDetails(error.details), { onNone: () => "", onSome: (said) => said.error_code })
  const retry = retryAfter === undefined ? {} : { retryAfterMillis: retryAfter }

  if (spent.test(code) || noMoney.test(message)) return new NoBalance({ detail })
  if (tooLong.test(message)) return new ContextTooLong({ detail })
  if (filtered.test(message)) return new ContentFiltered({ detail })
  switch (typeOf(status, error)) {
    case "authentication_error":
    case "permission_error":
      return new AuthFailed({ detail })
    case "billing_error":
      return new NoBalance({ detail })
    case "not_found_error":
      return new ModelNotFound({ detail })
    case "request_too_large":
      return new ContextTooLong({ detail })
    case "rate_limit_error":
      return new RateLimited({ detail, ...retry })
    case "overloaded_error":
      return new Overloaded({ detail, ...retry })
    case "invalid_request_error":
      return new BadRequest({ detail })
    default:
      if (status < 300) return new Malformed({ detail: `an error under HTTP 200: ${excerpt(message)}` })
      return status >= 500 || [408, 409, 425].includes(status)
        ? new Unavailable({ detail, ...retry })
        : new BadRequest({ detail })
  }
}

const typesOfStatus: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
  529: "overloaded_error"
}

// The status where it says as much: gateways send errors in forms of their own, and "invalid_request_error" is also
// what the API calls whatever has no type of its own.
const typeOf = (status: number, error: ErrorObject): string | undefined =>
  typesOfStatus[status] ?? error.type ?? undefined

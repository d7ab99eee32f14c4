// From an HTTP status and an error body to the reason. The codes come from the platforms' own error tables.
import { Option, Schema } from "effect"
import {
  AuthFailed,
  BadRequest,
  ContentFiltered,
  ContextTooLong,
  ModelNotFound,
  NoBalance,
  Overloaded,
  type ProviderErrorReason,
  RateLimited,
  Unavailable
} from "../ProviderError.ts"
import { ErrorBody } from "./Wire.ts"

const decodeErrorBody = Schema.decodeUnknownOption(Schema.fromJsonString(ErrorBody))

/** What an error body says: its code and type in one lower-case text, and the message for people. */
export interface ErrorText {
  readonly code: string
  readonly message: string
}

/** Reads an error body; `undefined` when the text is none. */
export const readErrorBody = (text: string): ErrorText | undefined =>
  Option.getOrUndefined(
    Option.map(decodeErrorBody(text), (body) => {
      if (!("error" in body)) return { code: String(body.code).toLowerCase(), message: body.message }
      if (typeof body.error === "string") return { code: "", message: body.error }
      const { code, message, type } = body.error
      return { code: `${code ?? ""} ${type ?? ""}`.trim().toLowerCase(), message: message ?? "" }
    })
  )

// zhipu 1113, Alibaba `Arrearage`, Volcengine `AccountOverdueError`, OpenAI `insufficient_quota`, Moonshot
// `exceeded_current_quota_error`, DeepSeek 402, SiliconFlow 30001
const noBalance =
  /\b1113\b|arrearage|overdue|insufficient_quota|insufficient_balance|exceeded_current_quota|\b30001\b|insufficient balance|余额不足|欠费/i
const contextTooLong =
  /context_length_exceeded|maximum context length|context window|too many tokens|input is too long/i
// zhipu 1301, Alibaba `DataInspectionFailed`
const filtered = /content_filter|content_policy|\b1301\b|data_?inspection_?failed|sensitive/i
// zhipu 1305
const overloaded = /\b1305\b|overloaded|engine_overloaded|server_busy|capacity/i
const noModel = /model_not_found|modelnotfound|model.{0,40}(?:does not exist|not found|not exist)|invalid_?endpoint/i

/** The reason behind a reply that is an error, by its status and what its body says. */
export const classify = (
  status: number,
  text: ErrorText,
  retryAfterMillis: number | undefined
): ProviderErrorReason => {
  const said = `${text.code} ${text.message}`
  const detail = text.message === "" ? `HTTP ${status}` : `HTTP ${status}: ${text.message}`
  const retry = retryAfterMillis === undefined ? {} : { retryAfterMillis }
  if (status === 402 || noBalance.test(said)) return new NoBalance({ detail })
  if (filtered.test(said)) return new ContentFiltered({ detail })
  if (status === 401 || status === 407) return new AuthFailed({ detail })
  if (status === 413 || contextTooLong.test(said)) return new ContextTooLong({ detail })
  if (status === 404 || (status < 500 && status !== 429 && noModel.test(said))) return new ModelNotFound({ detail })
  if (status === 503 || status === 529 || overloaded.test(said)) return new Overloaded({ detail, ...retry })
  if (status === 429) return new RateLimited({ detail, ...retry })
  if (status === 403) return new AuthFailed({ detail })
  if (status >= 500 || status === 408 || status === 409 || status === 425) return new Unavailable({ detail, ...retry })
  return new BadRequest({ detail })
}

/**
 * What a reply's headers ask to wait, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date.
 * `now` is the time in milliseconds.
 */
export const retryAfterMillis = (
  headers: Readonly<Record<string, string | undefined>>,
  now: number
): number | undefined => {
  const millis = Number(headers["retry-after-ms"] ?? Number.NaN)
  if (Number.isFinite(millis) && millis >= 0) return millis
  const header = headers["retry-after"]?.trim()
  if (header === undefined || header === "") return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return seconds < 0 ? undefined : seconds * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

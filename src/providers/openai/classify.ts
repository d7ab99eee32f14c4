// From an HTTP status and an error body to the reason. The codes come from the platforms' own error tables; what a code
// means at one platform only stands in `config/presets.json`.
import { Option, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import type { Preset } from "../../platform/config/Presets.ts"
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
import { excerpt } from "../excerpt.ts"
import * as Wire from "./Wire.ts"

const decodeErrorBody = decodeJson(Wire.ErrorBody)
const decodeError = Schema.decodeUnknownOption(Schema.Union([Wire.ErrorObject, Schema.String]))
const decodeMetadata = Schema.decodeUnknownOption(Wire.ErrorMetadata)

/** What an error body says: its code and type in one lower-case text, and the message for people. */
export interface ErrorText {
  readonly code: string
  readonly message: string
}

/** Reads an error body; `undefined` when the text is none. */
export const readErrorBody = (text: string): ErrorText | undefined =>
  Option.getOrUndefined(
    Option.map(decodeErrorBody(text), (body) => {
      if ("detail" in body) return { code: "", message: excerpt(body.detail) }
      if ("error" in body) return errorText(body.error)
      if ("msg" in body) return errorText({ code: body.code ?? null, message: body.msg })
      return "message" in body ? errorText(body) : errorText(body[0].error)
    })
  )

/** Reads what stands under `error`; `undefined` where nothing does. */
export const readError = (error: unknown): ErrorText | undefined => {
  if (error === undefined || error === null) return undefined
  const text = Option.match(decodeError(error), {
    onNone: () => ({ code: "", message: excerpt(JSON.stringify(error)) }),
    onSome: errorText
  })
  return text.code === "" && text.message === "" ? undefined : text
}

const errorText = (error: Wire.ErrorObject | string): ErrorText => {
  if (typeof error === "string") return { code: "", message: excerpt(error) }
  const { code, message, status, type } = error
  const { raw, reasons } = Option.getOrElse(decodeMetadata(error.metadata), (): typeof Wire.ErrorMetadata.Type => ({}))
  return {
    code: [code, type, status]
      .filter((word) => word !== undefined && word !== null)
      .join(" ")
      .toLowerCase(),
    message: [message, raw, reasons?.join(", ")]
      .filter((words) => words !== undefined && words !== null && words !== "")
      .map((words) => excerpt(String(words)))
      .join(": ")
  }
}

// Numbers are looked for in the code alone: a message may hold any. Zhipu 1113, 1301, 1302, 1305;
// SiliconFlow 30001.
const noBalanceCode =
  /\b1113\b|\b30001\b|arrearage|overdue|insufficient_(?:user_)?quota|insufficient_balance|exceeded_current_quota|billing_(?:hard_limit|not_active)/
const noBalanceWords =
  /insufficient (?:account )?(?:balance|credits|funds)|balance is insufficient|in arrears|credit balance is too low|余额不足|欠费/i
const filteredCode =
  /\b1301\b|content_?filter|content_policy|data_?inspection_?failed|sensitivecontent|sensitive_words|moderation/
const filteredWords =
  /content management policy|content policy|contain (?:sensitive|inappropriate|severe violation)|inappropriate content|considered high risk|content exists risk|requires moderation|was flagged|敏感内容|不安全/i
const authWords = /api key not valid|(?:invalid|incorrect) api key|invalid_api_key|invalidapikey/i
const contextTooLong =
  /context_length_exceeded|exceed_context_size|maximum context length|context (?:window|size|length)|too many tokens|(?:input|prompt|token length) (?:is )?too long|exceeds? (?:model token limit|max message tokens)|exceeded model token limit|range of input length|超长/i
const noModel =
  /model_?not_?found|model_?not_?open|unsupportedmodel|invalid_?endpoint|not a valid model|model.{0,60}(?:does not exist|not found|not exist)|模型不存在/i
const overloadedCode = /\b1305\b|overload|server_busy/
const overloadedWords = /overloaded|\bcapacity\b/i
const rateLimitedCode =
  /\b1302\b|rate_?limit|too_?many_?requests|throttling|limit_requests|resource_exhausted|ratequota/

type ErrorCodes = Preset["errorCodes"]

/**
 * The reason behind a reply that is an error, by its status and what its body says. `errorCodes` is what the platform's
 * codes mean where the status misleads.
 */
export const classify = (
  status: number,
  text: ErrorText,
  retryAfterMillis: number | undefined,
  errorCodes: ErrorCodes = {}
): ProviderErrorReason =>
  reasonOf(
    status,
    text,
    text.message === "" ? `HTTP ${status}` : `HTTP ${status}: ${text.message}`,
    retryAfterMillis,
    errorCodes
  )

/**
 * The reason behind an error that came under a 200, whole or in the middle of a stream. Its code decides, which may be an
 * HTTP status (OpenRouter); an error that says nothing known is a fault of the moment.
 */
export const classifyInBand = (text: ErrorText): ProviderErrorReason => {
  const detail = `an error under HTTP 200: ${text.message || text.code || "no message"}`
  const status = statusOf(text.code)
  const reason = reasonOf(status ?? 200, text, detail, undefined, {})
  return status === undefined && reason._tag === "BadRequest" ? new Malformed({ detail }) : reason
}

const statusOf = (code: string): number | undefined => {
  const status = Number(/\b[45]\d\d\b/.exec(code)?.[0] ?? Number.NaN)
  if (!Number.isNaN(status)) return status
  if (rateLimitedCode.test(code)) return 429
  if (/authentication|unauthenticated|invalid_?api_?key/.test(code)) return 401
  if (/permission/.test(code)) return 403
  return /invalid_?request|invalid_?param|bad_?request/.test(code) ? 400 : undefined
}

const reasonOf = (
  status: number,
  { code, message }: ErrorText,
  detail: string,
  retryAfterMillis: number | undefined,
  errorCodes: ErrorCodes
): ProviderErrorReason => {
  const said = `${code} ${message}`
  const retry = retryAfterMillis === undefined ? {} : { retryAfterMillis }
  const special = specialMeaning(code, errorCodes)
  if (special !== undefined) return named[special](detail, retry)
  // OpenRouter asks to wait where only the requests under way exceed the credit.
  if (status === 402 && retryAfterMillis !== undefined) return new RateLimited({ detail, ...retry })
  if (status === 402 || noBalanceCode.test(code) || noBalanceWords.test(message)) return new NoBalance({ detail })
  if (filteredCode.test(code) || filteredWords.test(message)) return new ContentFiltered({ detail })
  const isRefusal = status < 500 && status !== 429
  if (status === 401 || status === 407 || (isRefusal && authWords.test(said))) return new AuthFailed({ detail })
  if (status === 413 || (isRefusal && contextTooLong.test(said))) return new ContextTooLong({ detail })
  if (status === 404 || (isRefusal && noModel.test(said))) return new ModelNotFound({ detail })
  if (status === 503 || status === 529 || overloadedCode.test(code) || overloadedWords.test(message)) {
    return new Overloaded({ detail, ...retry })
  }
  if (status === 429) return new RateLimited({ detail, ...retry })
  if (status === 403) return new AuthFailed({ detail })
  if (status >= 500 || status === 408 || status === 409 || status === 425) return new Unavailable({ detail, ...retry })
  return new BadRequest({ detail })
}

const specialMeaning = (code: string, errorCodes: ErrorCodes): ErrorCodes[string] | undefined => {
  const words = code.split(/\s+/)
  return Object.entries(errorCodes).find(([known]) => words.includes(known.toLowerCase()))?.[1]
}

type Retry = { readonly retryAfterMillis?: number }

const named = {
  NoBalance: (detail: string) => new NoBalance({ detail }),
  ContentFiltered: (detail: string) => new ContentFiltered({ detail }),
  AuthFailed: (detail: string) => new AuthFailed({ detail }),
  ModelNotFound: (detail: string) => new ModelNotFound({ detail }),
  ContextTooLong: (detail: string) => new ContextTooLong({ detail }),
  BadRequest: (detail: string) => new BadRequest({ detail }),
  RateLimited: (detail: string, retry: Retry) => new RateLimited({ detail, ...retry }),
  Overloaded: (detail: string, retry: Retry) => new Overloaded({ detail, ...retry }),
  Unavailable: (detail: string, retry: Retry) => new Unavailable({ detail, ...retry })
}

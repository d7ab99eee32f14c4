// What an error means, whatever the words: faults are written in OpenAI's, and the other forms translate them.
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { errorBodyOfStatus } from "./ErrorBody.ts"
import type { ErrorBody } from "./ErrorBody.ts"
import type { StatusFault } from "./Faults.ts"

/** The errors that platforms tell apart. */
export type Meaning =
  | "authFailed"
  | "noBalance"
  | "quotaExhausted"
  | "forbidden"
  | "modelNotFound"
  | "contextTooLong"
  | "contentFiltered"
  | "rateLimited"
  | "overloaded"
  | "serverError"
  | "badRequest"

const meaningOfCode: ReadonlyMap<string, Meaning> = new Map([
  ["invalid_api_key", "authFailed"],
  ["insufficient_balance", "noBalance"],
  ["insufficient_quota", "quotaExhausted"],
  ["unsupported_country", "forbidden"],
  ["model_not_found", "modelNotFound"],
  ["context_length_exceeded", "contextTooLong"],
  ["content_filter", "contentFiltered"],
  ["rate_limit_exceeded", "rateLimited"],
  ["overloaded", "overloaded"]
])

/** What OpenAI's error object means. */
export const meaningOf = ({ code, type }: ErrorBody): Meaning =>
  meaningOfCode.get(code ?? "") ?? (type === "server_error" ? "serverError" : "badRequest")

const OpenAiError = Schema.Struct({
  error: Schema.Struct({
    message: Schema.String,
    type: Schema.String,
    param: Schema.NullOr(Schema.String),
    code: Schema.NullOr(Schema.String)
  })
})
const decodeOpenAiError = Schema.decodeUnknownOption(OpenAiError)

/** What an error status means; undefined for one with a body in another form, which is sent as it is. */
export const meaningOfStatus = ({ body, status }: StatusFault): Meaning | undefined => {
  if (body !== undefined)
    return Option.getOrUndefined(Option.map(decodeOpenAiError(body), ({ error }) => meaningOf(error)))
  return status === 529 ? "overloaded" : meaningOf(errorBodyOfStatus(status))
}

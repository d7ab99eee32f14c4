// Clients of other services' APIs read errors in the forms of those: which form it is, the path tells.
import { HttpServerResponse } from "effect/http"

export type ErrorForm = "problem" | "openai" | "anthropic"

const openAiPaths = /^\/v1\/(?:chat|models|responses|embeddings|completions)(?:[/?]|$)/
const anthropicPaths = /^\/v1\/messages(?:[/?]|$)/

/** The form of errors at an address; of most it is a problem (RFC 9457). */
export const errorFormOf = (url: string): ErrorForm =>
  openAiPaths.test(url) ? "openai" : anthropicPaths.test(url) ? "anthropic" : "problem"

/** What OpenAI's clients read of an error; `param` is the path of what is wrong in the body. */
export interface OpenAiError {
  readonly status: number
  readonly message: string
  readonly param?: string | null
  readonly code?: string | null
}

const openAiType = (status: number, code: string | null): string =>
  code === "insufficient_quota"
    ? code
    : status === 429
      ? "rate_limit_error"
      : status === 401
        ? "authentication_error"
        : status === 403
          ? "permission_error"
          : status < 500
            ? "invalid_request_error"
            : "server_error"

/** The body of an error in OpenAI's form: all four fields, whether they say anything or not. */
export const openAiErrorBody = ({ code = null, message, param = null, status }: OpenAiError) => ({
  error: { message, type: openAiType(status, code), param, code }
})

/** An error in OpenAI's form. */
export const openAiErrorResponse = (
  error: OpenAiError,
  headers: Readonly<Record<string, string>> = {}
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe(openAiErrorBody(error), { status: error.status, headers })

const anthropicTypes: ReadonlyMap<number, string> = new Map([
  [401, "authentication_error"],
  [402, "billing_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [504, "timeout_error"],
  [529, "overloaded_error"]
])

/** An error in Anthropic's form. */
export const anthropicErrorResponse = (
  { message, status }: Pick<OpenAiError, "message" | "status">,
  requestId: string
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe(
    {
      type: "error",
      error: {
        type: anthropicTypes.get(status) ?? (status < 500 ? "invalid_request_error" : "api_error"),
        message
      },
      request_id: requestId
    },
    { status, headers: { "request-id": requestId } }
  )

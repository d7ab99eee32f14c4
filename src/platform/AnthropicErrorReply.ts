import { Schema } from "effect"
import { HttpApiSchema } from "effect/http-api"

export const AnthropicErrorType = Schema.Literals([
  "invalid_request_error",
  "billing_error",
  "authentication_error",
  "permission_error",
  "not_found_error",
  "request_too_large",
  "rate_limit_error",
  "api_error",
  "timeout_error",
  "overloaded_error"
])
export type AnthropicErrorType = typeof AnthropicErrorType.Type

/** An error in Anthropic's form. */
export const AnthropicErrorReply = Schema.Struct({
  type: Schema.Literal("error"),
  error: Schema.Struct({ type: AnthropicErrorType, message: Schema.String }),
  request_id: Schema.String
}).annotate({ identifier: "MessagesError" })
export type AnthropicErrorReply = typeof AnthropicErrorReply.Type

const byStatus = new Map<number, typeof AnthropicErrorReply>()

/** The same under a status; one schema each, so that a description names it once whoever declares it. */
export const anthropicError = (status: number): typeof AnthropicErrorReply => {
  const schema = byStatus.get(status) ?? AnthropicErrorReply.pipe(HttpApiSchema.status(status))
  byStatus.set(status, schema)
  return schema
}

import { HttpServerResponse } from "effect/http"
import type { AnthropicErrorReply } from "../../platform/AnthropicErrorReply.ts"
import type { Failure } from "./failures.ts"

/** A failure in Anthropic's form. */
export const errorView = ({ message, type }: Failure, requestId: string): AnthropicErrorReply => ({
  type: "error",
  error: { type, message },
  request_id: requestId
})

/** A failure as a reply. */
export const errorReply = (failure: Failure, requestId: string): HttpServerResponse.HttpServerResponse => {
  const { isFinal, retryAfterMillis: pause, status } = failure
  return HttpServerResponse.jsonUnsafe(errorView(failure, requestId), {
    status,
    headers: {
      "request-id": requestId,
      ...(isFinal && status >= 500 ? { "x-should-retry": "false" } : {}),
      ...(pause === undefined ? {} : { "retry-after": String(Math.ceil(pause / 1000)) })
    }
  })
}

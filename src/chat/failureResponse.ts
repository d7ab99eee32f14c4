import type { HttpServerResponse } from "effect/http"
import { openAiErrorResponse } from "../platform/ErrorForm.ts"
import type { Failure } from "./failure.ts"

/** A failure as a reply: with the pause that a platform asked for, and whether clients are to try again by themselves. */
export const failureResponse = (failure: Failure): HttpServerResponse.HttpServerResponse => {
  const { isFinal, retryAfterMillis: pause } = failure
  return openAiErrorResponse(failure, {
    ...(pause === undefined
      ? {}
      : { "retry-after": String(Math.ceil(pause / 1000)), "retry-after-ms": String(Math.ceil(pause)) }),
    ...(isFinal && (failure.status >= 500 || failure.status === 429) ? { "x-should-retry": "false" } : {})
  })
}

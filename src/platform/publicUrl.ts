import type { HttpServerRequest } from "effect/http"

const saneHost = /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i

/**
 * The address under which the caller reached this server, without a slash at the end: the configured one, else from the
 * request's own headers.
 */
export const publicUrlOf = (configured: string | undefined, request: HttpServerRequest.HttpServerRequest): string => {
  if (configured !== undefined) return configured.replace(/\/+$/, "")
  const host = request.headers["x-forwarded-host"] ?? request.headers["host"] ?? ""
  const scheme = request.headers["x-forwarded-proto"] === "https" ? "https" : "http"
  return `${scheme}://${saneHost.test(host) ? host : "127.0.0.1"}`
}

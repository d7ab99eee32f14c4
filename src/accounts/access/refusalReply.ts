// How a refusal is told, in the form that the clients of an address read.
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { anthropicErrorResponse, errorFormOf, openAiErrorResponse } from "../../platform/ErrorForm.ts"
import { problemResponse } from "../../platform/Problem.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import type { Refusal } from "./Refusal.ts"

interface Told {
  readonly status: number
  readonly title: string
  readonly detail: string
  /** As OpenAI's clients know it. */
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
}

// Whole seconds; a database that is locked or starts again takes about so long.
const pause = 5

const tell = (refusal: Refusal): Told => {
  switch (refusal._tag) {
    case "NoCredential":
      return {
        // What of the management programs of this machine may have without a key, pages are not asked one for.
        ...(refusal.isForeignPage && refusal.needs === "admin" ? forbidden : unauthorized),
        detail: refusal.isForeignPage
          ? `A web page asks, and needs ${wanted[refusal.needs]}, in the header Authorization: Bearer <key>; without one only pages may ask whose origin server.cors_origins names.`
          : `This address needs ${wanted[refusal.needs]}, in the header Authorization: Bearer <key>. ${refusal.needs === "admin" ? whereAdminKey : whereKey}`,
        headers: { "www-authenticate": "Bearer" }
      }
    case "BadCredential":
      return {
        ...unauthorized,
        detail: why[refusal.why],
        headers: { "www-authenticate": `Bearer error="invalid_token", error_description="${why[refusal.why]}"` }
      }
    case "MissingScope":
      return {
        ...forbidden,
        detail: `The key or login that was sent may not do this: it takes the scope ${refusal.scope}.`,
        headers: { "www-authenticate": `Bearer error="insufficient_scope", scope="${refusal.scope}"` }
      }
    case "BodyRefused":
      return refusal.why === "encoded"
        ? {
            ...unsupported,
            detail: "The body is compressed (content-encoding), which no address takes. Send it as it is.",
            headers: { "accept-encoding": "identity" }
          }
        : {
            ...unsupported,
            detail: `The body is not of a type that this address takes: send the header content-type: ${refusal.takes.join(" or ")}.`,
            headers: { accept: refusal.takes.join(", ") }
          }
    case "IdentityUnavailable":
      return {
        status: 503,
        title: "Service Unavailable",
        code: "identity_unavailable",
        detail: "It cannot be found out at the moment whose key or login this is. Try again in a few seconds.",
        headers: { "retry-after": String(pause) }
      }
    case "TooManyRequests":
      return {
        status: 429,
        title: "Too Many Requests",
        code: "rate_limit_exceeded",
        detail: `Too many requests: ${refusal.message}. Try again in ${refusal.retryAfter} s.`,
        headers: { "retry-after": String(refusal.retryAfter) }
      }
  }
}

const unsupported = { status: 415, title: "Unsupported Media Type", code: "unsupported_media_type" }
const forbidden = { status: 403, title: "Forbidden", code: "insufficient_permissions" }
const unauthorized = { status: 401, title: "Unauthorized", code: "invalid_api_key" }

const wanted = {
  any: "a key or a login",
  ask: "a key with the scope ask",
  chat: "a key with the scope chat",
  "bank:read": "a key with the scope bank:read",
  "bank:write": "a key with the scope bank:write",
  admin: "the admin key, or one with the scope admin"
}

const whereKey = "Whoever runs this service gives out keys."
const whereAdminKey =
  "The admin key is SIKU_SECURITY_ADMIN_KEY where that is set, else what Siku printed at its first start; if that one is lost, npm start -- key admin --new makes another."

const why = {
  unknown: "The key or login that was sent is not known here.",
  expired: "The key or login that was sent has expired.",
  revoked: "The key or login that was sent has been revoked.",
  inactive: "The key or login that was sent belongs to somebody who is not active."
}

/** The reply that tells of a refusal at an address. */
export const refusalReply = (refusal: Refusal, url: string): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.map(RequestId, (requestId) => {
    const { code, headers, ...problem } = tell(refusal)
    return HttpServerResponse.setHeaders(inForm({ ...problem, code }, url, requestId), headers)
  })

const inForm = ({ code, ...problem }: Omit<Told, "headers">, url: string, requestId: string) => {
  switch (errorFormOf(url)) {
    case "openai":
      return openAiErrorResponse({ status: problem.status, message: problem.detail, code })
    case "anthropic":
      return anthropicErrorResponse({ status: problem.status, message: problem.detail }, requestId)
    case "problem":
      return problemResponse(problem, requestId)
  }
}

import type { HttpServerResponse } from "effect/http"

type Headers = Readonly<Record<string, string>>

// Nothing is loaded, and no page may put it in a frame: for what is data, and not a page.
const dataPolicy = "default-src 'none'; frame-ancestors 'none'"

/** For pages that bring their own scripts and styles with them: nothing from elsewhere. */
export const pagePolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const always: Headers = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer"
}

// A year, for this host alone: what else there is under its name is not ours to decide.
const byTlsOnly: Headers = { "strict-transport-security": "max-age=31536000" }

/**
 * What browsers are told about every reply, beside what it says itself: a page with a policy of its own keeps that one. Made once, so
 * that a reply costs a look at two of its headers.
 */
export const makeSecurityHeaders = (
  publicUrl: string | undefined
): ((reply: HttpServerResponse.HttpServerResponse) => Headers) => {
  const common = publicUrl?.startsWith("https:") === true ? { ...always, ...byTlsOnly } : always
  const ofData = { ...common, "content-security-policy": dataPolicy }
  const ofPage = { ...common, "content-security-policy": pagePolicy }
  return ({ headers }) => {
    if (headers["content-security-policy"] !== undefined) return common
    return headers["content-type"]?.startsWith("text/html") === true ? ofPage : ofData
  }
}

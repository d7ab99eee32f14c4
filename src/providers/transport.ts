import type { HttpClientError } from "effect/http"
import { proxyFailure } from "../platform/outbound/ProxyFailed.ts"
import { Network, type ProviderErrorReason, Timeout } from "./ProviderError.ts"

/** Why no reply began. */
export const transportReason = (error: HttpClientError.HttpClientError): ProviderErrorReason => {
  const cause = causeOf(error)
  return cause.includes("UND_ERR_CONNECT_TIMEOUT")
    ? new Timeout({ phase: "connect", detail: proxyFailure(error) ?? "no connection in time" })
    : new Network({ detail: proxyFailure(error) ?? cause })
}

/** Why a reply that had begun did not end. */
export const brokenOff = (error: HttpClientError.HttpClientError) =>
  new Network({ detail: `the reply broke off: ${causeOf(error)}` })

const causeOf = (error: HttpClientError.HttpClientError): string => {
  const cause = "cause" in error.reason ? error.reason.cause : undefined
  if (!(cause instanceof Error)) return error.reason._tag
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name
  return cause.message === "" ? code : `${code}: ${cause.message}`
}

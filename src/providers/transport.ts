import type { ExchangeFailed } from "../platform/outbound/Exchange.ts"
import { proxyFailure } from "../platform/outbound/ProxyFailed.ts"
import { Network, type ProviderErrorReason, Timeout } from "./ProviderError.ts"

/** Why no reply began. */
export const transportReason = ({ cause }: ExchangeFailed): ProviderErrorReason => {
  const detail = detailOf(cause)
  return detail.includes("UND_ERR_CONNECT_TIMEOUT")
    ? new Timeout({ phase: "connect", detail: proxyFailure(cause) ?? "no connection in time" })
    : new Network({ detail: proxyFailure(cause) ?? detail })
}

/** Why a reply that had begun did not end. */
export const brokenOff = ({ cause }: ExchangeFailed) =>
  new Network({ detail: `the reply broke off: ${detailOf(cause)}` })

const detailOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return "TransportError"
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name
  return cause.message === "" ? code : `${code}: ${cause.message}`
}

import type { HttpServerRequest } from "effect/http"
import { makePeerOf } from "./admission/peers.ts"

const saneHost = /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i

/**
 * Finds the address under which a caller reached this server, without a slash at the end: the configured one, else by the name it asked
 * for. What a proxy says that name and the scheme were, is believed of a trusted one only: anybody can write these headers.
 */
export const makePublicUrlOf = ({
  publicUrl,
  trustedProxies
}: {
  readonly publicUrl?: string | undefined
  readonly trustedProxies: ReadonlyArray<string>
}): ((request: HttpServerRequest.HttpServerRequest) => string) => {
  if (publicUrl !== undefined) {
    const configured = publicUrl.replace(/\/+$/, "")
    return () => configured
  }
  const peerOf = makePeerOf(trustedProxies)
  return (request) => {
    const { headers } = request
    const { isTrusted } = peerOf(request)
    const host = (isTrusted ? lastOf(headers["x-forwarded-host"]) : undefined) ?? headers["host"] ?? ""
    const scheme = isTrusted && lastOf(headers["x-forwarded-proto"]) === "https" ? "https" : "http"
    return `${scheme}://${saneHost.test(host) ? host : "127.0.0.1"}`
  }
}

/** What the nearest proxy added: what stands before it may be its client's own. */
const lastOf = (list: string | undefined): string | undefined => list?.slice(list.lastIndexOf(",") + 1).trim()

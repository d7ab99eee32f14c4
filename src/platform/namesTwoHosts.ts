import { IncomingMessage } from "node:http"
import type { HttpServerRequest } from "effect/http"

/**
 * Whether a request says of two hosts that it is for them: by several `Host` headers, of which Node shows the first and a proxy may have
 * read the last, or by a whole URL as its target that has another host (RFC 9112, 3.2).
 */
export const namesTwoHosts = ({ source }: Pick<HttpServerRequest.HttpServerRequest, "source">): boolean => {
  if (!(source instanceof IncomingMessage)) return false
  const { headers, rawHeaders, url = "" } = source
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ""
    if (name.length === 4 && name.toLowerCase() === "host") hosts++
  }
  if (hosts > 1) return true
  if (url.startsWith("/") || headers.host === undefined) return false
  const named = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1]
  return named !== undefined && named.toLowerCase() !== headers.host.toLowerCase()
}

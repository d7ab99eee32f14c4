import { IncomingMessage } from "node:http"
import type { HttpServerRequest } from "effect/http"

/** What proxies, load balancers, content networks and tunnels put on what they pass on, and no client on what it asks itself. */
const onlyOfProxies =
  /^(?:(?:x-)?forwarded|via$|cdn-|cf-|(?:true-|fastly-|fly-|x-)?client-ip$|front-end-https$|proxy-|(?:x-)?remote-|tailscale-|ngrok-|x-(?:amz-cf-id|amzn-trace-id|arr-|azure-|cluster-client-ip|envoy-|haproxy|host$|nginx|original-|proxy|real-|scheme$|url-scheme$|varnish))/

/**
 * Whether a request shows that somebody passed it on: by a header that only such put there, or by HTTP/1.0, which widespread proxies speak
 * to what is behind them unless told otherwise, while those who ask from this machine do not. A proxy that speaks HTTP/1.1 and adds
 * nothing cannot be told from a client: where there is one, the settings have to say so.
 */
export const isPassedOn = ({
  headers,
  source
}: Pick<HttpServerRequest.HttpServerRequest, "headers" | "source">): boolean => {
  if (source instanceof IncomingMessage && source.httpVersionMajor === 1 && source.httpVersionMinor === 0) return true
  for (const name in headers) if (onlyOfProxies.test(name)) return true
  return false
}

import { type HttpServerRequest, HttpServerResponse } from "effect/http"

type Headers = Readonly<Record<string, string>>

/** What a browser needs to know before it lets a page of another origin read a reply. */
export interface Cors {
  /** The headers of every reply to this request. */
  readonly headersFor: (request: HttpServerRequest.HttpServerRequest) => Headers
  /** The reply to a preflight; `undefined` when the request is none. */
  readonly preflight: (
    request: HttpServerRequest.HttpServerRequest
  ) => HttpServerResponse.HttpServerResponse | undefined
}

const exposed = { "access-control-expose-headers": "X-Request-ID, X-Process-Time" }

/**
 * CORS for the origins that `allowed` names at the moment, `*` being all. Written here because the stock middleware costs every request several times
 * what these few headers do, and does not know `Access-Control-Allow-Private-Network`, without which a page of the
 * internet may not call a server at home.
 */
export const makeCors = (allowed: () => ReadonlyArray<string>): Cors => {
  // Replies differ by encoding too, compressed or not.
  const forAll = { "access-control-allow-origin": "*", vary: "Accept-Encoding", ...exposed }
  const forNone = { vary: "Origin, Accept-Encoding" }

  const headersFor = (request: HttpServerRequest.HttpServerRequest): Headers => {
    const origins = allowed()
    if (origins.includes("*")) return forAll
    const origin = request.headers["origin"]
    return origin !== undefined && origins.includes(origin)
      ? { "access-control-allow-origin": origin, ...exposed, ...forNone }
      : forNone
  }

  const preflight = (request: HttpServerRequest.HttpServerRequest) => {
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return undefined
    // Who may not read a reply is allowed nothing at all, least of all the way from the internet to a server at home.
    if (headersFor(request) === forNone) return HttpServerResponse.empty({ status: 204 })
    const isPrivate = request.headers["access-control-request-private-network"] !== undefined
    return HttpServerResponse.empty({
      status: 204,
      headers: {
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*",
        "access-control-max-age": "86400",
        ...(isPrivate ? { "access-control-allow-private-network": "true" } : {})
      }
    })
  }

  return { headersFor, preflight }
}

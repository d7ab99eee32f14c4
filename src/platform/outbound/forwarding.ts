import type { Dispatcher } from "undici"
import { refusedCredentials } from "./HttpTunnel.ts"
import { authorizationOf, type ProxyAddress } from "./ProxyAddress.ts"

/**
 * Requests to `http:` addresses as an HTTP proxy wants them: with the whole address in the first line. Its 407 is made an
 * error, so that nobody takes it for the target's.
 */
export const forwarding =
  (proxy: ProxyAddress): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const target = URL.parse(String(options.origin))
    if (target?.protocol !== "http:") return dispatch(options, handler)
    const path = target.origin + options.path
    return dispatch(
      { ...options, path, headers: withAuthorization(options.headers ?? {}, proxy) },
      guarded(handler, proxy)
    )
  }

type Headers = NonNullable<Dispatcher.DispatchOptions["headers"]>

const withAuthorization = (headers: Headers, proxy: ProxyAddress): Headers => {
  const authorization = authorizationOf(proxy)
  if (authorization === undefined) return headers
  const own = ["proxy-authorization", authorization] as const
  if (Array.isArray(headers)) return [...headers, ...own]
  if (Symbol.iterator in headers && typeof headers[Symbol.iterator] === "function") return new Map([...headers, own])
  return { ...headers, [own[0]]: own[1] }
}

const guarded = (handler: Dispatcher.DispatchHandler, proxy: ProxyAddress): Dispatcher.DispatchHandler => ({
  onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
  onRequestUpgrade: (...upgrade) => handler.onRequestUpgrade?.(...upgrade),
  onResponseStart: (controller, status, headers, message) =>
    status === 407
      ? controller.abort(refusedCredentials(proxy))
      : handler.onResponseStart?.(controller, status, headers, message),
  onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
  onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
  onResponseError: (controller, error) => handler.onResponseError?.(controller, error)
})

import { Cause, Clock, Context, Effect, type Types } from "effect"
import {
  HttpEffect,
  HttpMiddleware,
  type HttpPlatform,
  HttpRouter,
  HttpServerRequest,
  HttpServerResponse
} from "effect/http"
import { sortableUuid } from "./sortableUuid.ts"
import { AccessLog } from "./AccessLog.ts"
import { makeAddressOf } from "./admission/origins.ts"
import { addressFault, AddressRefusal } from "./bounds/addressBounds.ts"
import { namesTwoHosts } from "./namesTwoHosts.ts"
import { troubleIn } from "./DatabaseTrouble.ts"
import {
  addressProblem,
  methodNotAllowed,
  problemOf,
  problemResponse,
  twoHosts,
  unsupportedMediaType
} from "./Problem.ts"
import { makeCors } from "./Cors.ts"
import { RequestFacts } from "./RequestFacts.ts"
import { RequestId } from "./RequestId.ts"
import { RouteTable } from "./RouteTable.ts"
import { LiveSettings } from "./settings/LiveSettings.ts"
import { makeSecurityHeaders } from "./securityHeaders.ts"
import { RequestTracing } from "./telemetry/RequestTracing.ts"

export { RequestId } from "./RequestId.ts"

// Not what looks like a key: it would be in the log.
const saneId = /^(?!sk-|eyJ)[\w.:-]{1,128}$/

// Unique without a system call per request: random once per process, then counted.
const processId = sortableUuid()
let requests = 0

const requestIdOf = (request: HttpServerRequest.HttpServerRequest): string => {
  const given = request.headers["x-request-id"]
  return given !== undefined && saneId.test(given) ? given : `${processId}-${(++requests).toString(36)}`
}

// In one update; unlike a merge, what is added does not copy the context, unless more than eight services are.
const knowing =
  (id: string, facts: RequestFacts) =>
  <R>(context: Context.Context<R>): Context.Context<R> =>
    Context.add(Context.add(context, RequestId, id), RequestFacts, facts)

// Events are to come as they happen, each at once.
const compressible = (contentType: string): boolean =>
  /^(?:text\/(?!event-stream)|application\/(?:json|javascript|xml|wasm|[\w.-]+\+(?:json|xml))|image\/svg\+xml)/i.test(
    contentType
  )

// What the framework refuses before a handler has no more than a text, or nothing, for a body; and a problem says no more than what is wrong.
const inOurForm = (
  response: HttpServerResponse.HttpServerResponse,
  id: string,
  url: string
): HttpServerResponse.HttpServerResponse => {
  const { headers, status } = response
  if (status === 415 && headers["content-type"]?.startsWith("text/plain") === true)
    return problemResponse(unsupportedMediaType, id, url)
  const isForNow = status === 503 || status === 429
  return isForNow && headers["retry-after"] === undefined && headers["content-type"] === "application/problem+json"
    ? HttpServerResponse.setHeader(response, "retry-after", retryAfter)
    : response
}

// Seconds, where nobody knows better.
const retryAfter = "5"

/**
 * Around every request: its id, the time it took (`X-Process-Time`, seconds), one line in the access log, CORS, compression,
 * and a problem body for whatever fails. A defect is logged with its cause and shown as a 500 that names only the id.
 */
export const layer = HttpRouter.middleware(
  Effect.gen(function* () {
    const live = yield* LiveSettings
    const accessLog = yield* AccessLog
    const routes = yield* RouteTable
    const trace = yield* RequestTracing
    const cors = makeCors(() => live.current.server.corsOrigins)
    const security = makeSecurityHeaders(live.current.server.publicUrl)
    const addressOf = makeAddressOf(live.current.server.trustedProxies)
    const refuseAddress = yield* AddressRefusal
    const compression = HttpMiddleware.compression({ algorithms: ["gzip", "br"], compressible })

    type Reply = HttpServerResponse.HttpServerResponse
    // The router asks that middleware over all routes leaves errors alone, for they have handlers of their own; here they
    // end, so the error type is only kept up.
    return <R>(
      handler: Effect.Effect<Reply, Types.unhandled, R>
    ): Effect.Effect<Reply, Types.unhandled, R | HttpServerRequest.HttpServerRequest | HttpPlatform.HttpPlatform> => {
      const compressed = compression(handler)
      return Effect.withFiber((fiber) => {
        const request = Context.getUnsafe(fiber.context, HttpServerRequest.HttpServerRequest)
        const clock = fiber.getRef(Clock.Clock)
        const started = clock.monotonicTimeNanosUnsafe()
        const id = requestIdOf(request)
        const route = routes.patternOf(request.method, request.url)
        const facts: RequestFacts = {
          route: route === "other" ? "" : `${request.method} ${route}`,
          caller: undefined,
          // Now, for a connection that is gone by the end has none.
          address: addressOf(request)
        }
        HttpEffect.appendPreResponseHandlerUnsafe(fiber.context, (request, response) => {
          const micros = Number((clock.monotonicTimeNanosUnsafe() - started) / 1000n)
          accessLog.record({
            request,
            status: response.status,
            micros,
            requestId: id,
            route,
            facts,
            now: clock.currentTimeMillisUnsafe()
          })
          return Effect.succeed(
            HttpServerResponse.setHeaders(inOurForm(response, id, request.url), {
              ...facts.replyHeaders,
              "x-request-id": id,
              "x-process-time": (micros / 1e6).toFixed(6),
              ...security(response),
              ...cors.headersFor(request)
            })
          )
        })
        if (namesTwoHosts(request)) return Effect.succeed(problemResponse(twoHosts, id, request.url))
        const preflight = cors.preflight(request)
        if (preflight !== undefined) return Effect.succeed(preflight)
        const fault = addressFault(request.url, routes.addressBoundsOf(request.method, route))
        if (fault !== undefined)
          return Effect.succeed(
            refuseAddress(request.url, fault, id) ?? problemResponse(addressProblem(fault), id, request.url)
          )
        // Without the header there is nothing to compress, and `Vary` is set below.
        const inner = request.headers["accept-encoding"] === undefined ? handler : compressed
        const served = inner.pipe(Effect.catchCause((cause) => reply(cause, request, id, facts)))
        return (trace === undefined ? served : trace({ request, id, route, facts }, served)).pipe(
          Effect.updateContext(knowing(id, facts))
        )
      })

      function reply(
        cause: Cause.Cause<unknown>,
        request: HttpServerRequest.HttpServerRequest,
        id: string,
        { caller, route }: RequestFacts
      ) {
        if (Cause.hasInterruptsOnly(cause))
          return Effect.failCause(Cause.fromReasons<never>(cause.reasons.filter(Cause.isInterruptReason)))
        const { isDefect, problem } = problemOf(cause)
        if (isDefect) {
          return Effect.as(
            Effect.logError("a request failed", cause).pipe(
              Effect.annotateLogs({
                request_id: id,
                route,
                account: caller?.accountId ?? null,
                user: caller?.userId ?? null,
                key: caller?.keyId ?? null
              })
            ),
            problemResponse(problem, id, request.url)
          )
        }
        if (problem.status === 503) {
          const retryLater = HttpServerResponse.setHeader(
            problemResponse(problem, id, request.url),
            "retry-after",
            retryAfter
          )
          const reason = troubleIn(cause)?.message ?? problem.detail
          return Effect.as(Effect.logWarning(`a request could not be served: ${reason}`), retryLater)
        }
        const methods = problem.status === 404 ? routes.methodsOf(request.url) : []
        // Where the method would do, the address is none for another reason: a part of it is too long.
        const allowed = methods.includes(request.method) ? [] : methods
        return Effect.succeed(
          allowed.length === 0
            ? problemResponse(problem, id, request.url)
            : HttpServerResponse.setHeader(
                problemResponse(methodNotAllowed(allowed), id, request.url),
                "allow",
                allowed.join(", ")
              )
        )
      }
    }
  }),
  { global: true }
)

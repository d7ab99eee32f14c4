import { Clock, Context, Effect, Exit, Option, References, Stream, Tracer } from "effect"
import { HttpBody, HttpServerResponse, type HttpServerRequest, HttpTraceContext } from "effect/http"
import type { RequestFacts } from "../RequestFacts.ts"

/** What is said of a request in its trace. */
export interface TracedRequest {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly id: string
  /** The pattern of the route, or `other`. */
  readonly route: string
  readonly facts: RequestFacts
}

type Reply = HttpServerResponse.HttpServerResponse

/** Serves a request with a trace, where it is to have one; `undefined` where nobody takes traces. */
export type TraceRequest = <E, R>(
  served: TracedRequest,
  handler: Effect.Effect<Reply, E, R>
) => Effect.Effect<Reply, E, R>

export const RequestTracing = Context.Reference<TraceRequest | undefined>("siku/platform/telemetry/RequestTracing", {
  defaultValue: () => undefined
})

/**
 * Traces the requests whose callers want it (the flag in `traceparent`), and of those that say nothing a share of `ratio` (0 to 1). A
 * request that is not traced costs no span at all. `random` gives numbers from 0 to below 1.
 */
export const makeRequestTracing = (ratio: number, random: () => number = Math.random): TraceRequest => {
  return (served, handler) => {
    const caller = HttpTraceContext.w3c(served.request.headers)
    const isTraced = Option.isSome(caller) ? caller.value.sampled : random() < ratio
    return isTraced
      ? traced(served, Option.getOrUndefined(caller), handler)
      : Effect.provideService(handler, References.TracerEnabled, false)
  }
}

const traced = <E, R>(
  { facts, id, request, route }: TracedRequest,
  parent: Tracer.ExternalSpan | undefined,
  handler: Effect.Effect<Reply, E, R>
): Effect.Effect<Reply, E, R> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const span = yield* Effect.makeSpan(`${request.method} ${route}`, {
      kind: "server",
      ...(parent === undefined ? { root: true } : { parent }),
      // The query is left out: titles and tokens travel there.
      attributes: { "http.request.method": request.method, "http.route": route, "siku.request_id": id }
    })
    const end = (exit: Exit.Exit<unknown, unknown>) =>
      Effect.sync(() => {
        if (facts.caller?.accountId != null) span.attribute("siku.account_id", facts.caller.accountId)
        span.end(clock.currentTimeNanosUnsafe(), exit)
      })
    const response = yield* handler.pipe(
      Effect.withParentSpan(span),
      Effect.onError((cause) => end(Exit.failCause(cause)))
    )
    span.attribute("http.response.status_code", response.status)
    const { body } = response
    if (body._tag !== "Stream") return yield* Effect.as(end(endOf(response.status)), response)
    // What is streamed is made after this, in another context.
    const stream = body.stream.pipe(Stream.provideService(Tracer.ParentSpan, span), Stream.onExit(end))
    return HttpServerResponse.setBody(response, HttpBody.stream(stream, body.contentType, body.contentLength))
  })

const endOf = (status: number): Exit.Exit<void, string> => (status < 500 ? Exit.void : Exit.fail(`${status}`))

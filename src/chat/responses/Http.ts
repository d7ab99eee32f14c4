import { Cause, Effect, Pull, Stream } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { CurrentUser } from "../../platform/Caller.ts"
import { startingWith } from "../../providers/policy/begin.ts"
import { failureOf } from "../failure.ts"
import { failureResponse } from "../failureResponse.ts"
import { retryOf } from "../retryOf.ts"
import { SharedTurns } from "../SharedTurns.ts"
import { refusalOf, renamed } from "./failures.ts"
import { itemPage } from "./itemPage.ts"
import { readBody } from "./readBody.ts"
import type { ResponseEvent } from "./ResponseEvent.ts"
import { untilTold } from "./responseEvents.ts"
import { responseFrames } from "./responseFrames.ts"
import type { ResponseObject } from "./ResponseObject.ts"
import { type ResponseError, Responses } from "./Responses.ts"
import { wholeReply } from "./wholeReply.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "responses",
  Effect.fnUntraced(function* (handlers) {
    const responses = yield* Responses

    const shared = yield* SharedTurns
    const wholes = shared.room<ResponseObject, ResponseObject, ResponseError>()
    const streams = shared.room<ResponseObject, ResponseEvent, ResponseError>()

    const create = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
      const text = yield* Effect.orDie(request.text)
      const body = yield* readBody(text)
      const retry = retryOf(request, text, yield* CurrentUser)
      if (body.stream !== true) {
        const { head, pull } = yield* wholes.open(retry, responses.whole(body))
        return yield* wholeReply(head, pull)
      }
      const { pull } = yield* streams.open(retry, responses.stream(body))
      const begun = Effect.map(pull, (first) => startingWith(first, untilTold(pull)))
      const opened = yield* Pull.catchDone(begun, () => Effect.succeed(Cause.done()))
      return streamed(Stream.fromPull(Effect.succeed(opened)))
    })

    return handlers
      .handleRaw("createResponse", ({ request }) =>
        create(request).pipe(
          Effect.catchTags({
            ProviderError: (error) => Effect.succeed(failureResponse(renamed(failureOf(error)))),
            ReasoningError: (error) => Effect.succeed(failureResponse({ ...renamed(failureOf(error)), isFinal: true }))
          }),
          orRefuse
        )
      )
      .handleRaw("readResponse", ({ params: { id }, query: { starting_after: after = -1, stream } }) =>
        orRefuse(
          stream === "true" || stream === "1"
            ? Effect.map(responses.follow(id, after), streamed)
            : Effect.map(responses.find(id), HttpServerResponse.jsonUnsafe)
        )
      )
      .handleRaw("cancelResponse", ({ params: { id } }) =>
        orRefuse(Effect.map(responses.cancel(id), HttpServerResponse.jsonUnsafe))
      )
      .handleRaw("deleteResponse", ({ params: { id } }) =>
        orRefuse(
          Effect.as(responses.remove(id), HttpServerResponse.jsonUnsafe({ id, object: "response", deleted: true }))
        )
      )
      .handleRaw("listResponseItems", ({ params: { id }, query }) =>
        orRefuse(Effect.map(responses.itemsOf(id), (items) => HttpServerResponse.jsonUnsafe(itemPage(items, query))))
      )
  })
)

const orRefuse = <R>(
  reply: Effect.Effect<HttpServerResponse.HttpServerResponse, Parameters<typeof refusalOf>[0], R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  Effect.catch(reply, (error) => Effect.succeed(failureResponse(refusalOf(error))))

const streamed = (events: Stream.Stream<ResponseEvent>): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.stream(responseFrames(events), {
    contentType: "text/event-stream; charset=utf-8",
    headers: { "cache-control": "no-cache", "x-accel-buffering": "no" }
  })

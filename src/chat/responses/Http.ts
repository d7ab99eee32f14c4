import { Effect, type Stream } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { failureOf } from "../failure.ts"
import { failureResponse } from "../failureResponse.ts"
import { refusalOf, renamed } from "./failures.ts"
import { itemPage } from "./itemPage.ts"
import { readBody } from "./readBody.ts"
import type { ResponseEvent } from "./ResponseEvent.ts"
import { responseFrames } from "./responseFrames.ts"
import { Responses } from "./Responses.ts"
import { wholeReply } from "./wholeReply.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "responses",
  Effect.fnUntraced(function* (handlers) {
    const responses = yield* Responses

    const create = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
      const begun = yield* responses.begin(yield* readBody(yield* Effect.orDie(request.text)))
      return begun._tag === "Events" ? streamed(yield* begun.events) : yield* wholeReply(begun.begun, begun.response)
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

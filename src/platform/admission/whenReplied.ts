import { IncomingMessage } from "node:http"
import { NodeHttpServerRequest } from "@effect/platform-node"
import { Effect, Stream } from "effect"
import { HttpBody, type HttpServerRequest, HttpServerResponse } from "effect/http"

type Reply = HttpServerResponse.HttpServerResponse

/**
 * Runs `done` once, when all of the reply has been sent, its connection is gone, or there will be no reply. That is known by the
 * connection: the end of the handler says nothing of the body, of which a client may leave any part unread for as long as it may.
 */
export const whenReplied = <E, R>(
  request: HttpServerRequest.HttpServerRequest | undefined,
  handler: Effect.Effect<Reply, E, R>,
  done: () => void
): Effect.Effect<Reply, E, R> => {
  if (request?.source instanceof IncomingMessage) {
    const response = NodeHttpServerRequest.toServerResponse(request)
    if (!response.closed) {
      response.once("close", done)
      return handler
    }
  }
  // No socket under it: the body ends where it is read to its end.
  return handler.pipe(
    Effect.map((reply) => {
      if (reply.body._tag !== "Stream") {
        done()
        return reply
      }
      const { contentLength, contentType, stream } = reply.body
      return HttpServerResponse.setBody(
        reply,
        HttpBody.stream(Stream.ensuring(stream, Effect.sync(done)), contentType, contentLength)
      )
    }),
    Effect.onError(() => Effect.sync(done))
  )
}

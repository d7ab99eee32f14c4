import { Effect, Fiber, Option, Schema, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { heartbeatEvery, restOf, type TurnPull } from "../OpenedTurn.ts"
import { errorView } from "./errorReply.ts"
import { type Failure, failureOf } from "./failures.ts"
import { MessageView } from "./MessageViews.ts"
import type { MessageHead } from "./MessageWriter.ts"
import { wholeMessage } from "./wholeMessage.ts"

const encode = Schema.encodeSync(Schema.fromJsonString(MessageView))

/**
 * A turn as one message. What takes long begins with its headers and white space, which clients skip. A failure that comes after them
 * can have no status any more: the error is the body, and the connection is cut short of its end, so that no client takes it for a
 * message.
 */
export const wholeReply = Effect.fnUntraced(function* (
  turn: TurnPull,
  head: Omit<MessageHead, "promptTokens">,
  requestId: string
) {
  const message = restOf(turn).pipe(
    Effect.flatMap((events) => Effect.fromResult(wholeMessage(events, head))),
    Effect.mapError(failureOf)
  )
  const writing = yield* Effect.forkScoped(message, { startImmediately: true })
  const written = yield* Effect.timeoutOption(Fiber.join(writing), heartbeatEvery)
  const headers = { "request-id": requestId }
  if (Option.isSome(written)) {
    return HttpServerResponse.text(encode(written.value), { contentType: "application/json", headers })
  }
  const cutAfter = (failure: Failure) =>
    Stream.concat(Stream.make(JSON.stringify(errorView(failure, requestId))), Stream.fromEffect(Effect.interrupt))
  const late = Stream.fromEffect(Fiber.join(writing)).pipe(
    Stream.map((message) => encode(message)),
    Stream.catch(cutAfter)
  )
  const spaces = Stream.map(Stream.tick(heartbeatEvery), () => " ")
  return HttpServerResponse.stream(Stream.encodeText(Stream.merge(late, spaces, { haltStrategy: "left" })), {
    contentType: "application/json",
    headers: { ...headers, "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" }
  })
})

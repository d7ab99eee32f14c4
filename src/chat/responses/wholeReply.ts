import { Effect, Fiber, Option, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { heartbeatEvery } from "../OpenedTurn.ts"
import type { TurnError } from "../Turn.ts"
import { failureOf } from "./failureOf.ts"
import type { ResponseObject } from "./ResponseObject.ts"

/**
 * A response as one reply. What takes long begins with its headers and white space, which clients skip; a failure that comes after
 * them is told as the response's own: its status is `failed`.
 */
export const wholeReply = Effect.fnUntraced(function* (
  begun: ResponseObject,
  response: Effect.Effect<ResponseObject, TurnError>
) {
  const writing = yield* Effect.forkScoped(response, { startImmediately: true })
  const written = yield* Effect.timeoutOption(Fiber.join(writing), heartbeatEvery)
  if (Option.isSome(written)) return HttpServerResponse.jsonUnsafe(written.value)
  const late = Effect.catch(Fiber.join(writing), (error) =>
    Effect.succeed<ResponseObject>({ ...begun, status: "failed", error: failureOf(error) })
  )
  const body = Stream.merge(
    Stream.map(Stream.fromEffect(late), (response) => JSON.stringify(response)),
    Stream.map(Stream.tick(heartbeatEvery), () => " "),
    { haltStrategy: "left" }
  )
  return HttpServerResponse.stream(Stream.encodeText(body), {
    contentType: "application/json",
    headers: { "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" }
  })
})

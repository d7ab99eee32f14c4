import { Effect, Fiber, Option, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { heartbeatEvery, untilHeartbeat } from "./untilHeartbeat.ts"

/**
 * A reply of JSON text. What takes long begins with its headers and white space, which clients skip. A failure after that can
 * have no status any more: `late` is what the client then gets instead.
 */
export const heldReply = Effect.fnUntraced(function* <E>(
  reply: Effect.Effect<string, E>,
  late: (error: E) => Stream.Stream<string>,
  headers: Readonly<Record<string, string>> = {}
) {
  const writing = yield* Effect.forkScoped(reply, { startImmediately: true })
  const written = yield* untilHeartbeat(writing)
  if (Option.isSome(written)) return HttpServerResponse.text(written.value, { contentType: json, headers })
  const rest = Stream.catch(Stream.fromEffect(Fiber.join(writing)), late)
  const spaces = Stream.map(Stream.tick(heartbeatEvery), () => " ")
  return HttpServerResponse.stream(Stream.encodeText(Stream.merge(rest, spaces, { haltStrategy: "left" })), {
    contentType: json,
    headers: { ...headers, "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" }
  })
})

const json = "application/json"

/** The error as the body, and the connection cut short of its end: so no client takes the reply for whole. */
export const cutAfter = (error: unknown): Stream.Stream<string> =>
  Stream.concat(Stream.make(JSON.stringify(error)), Stream.fromEffect(Effect.interrupt))

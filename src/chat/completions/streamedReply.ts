import { Array as Arr, Cause, Effect, Pull, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { failureOf } from "../failure.ts"
import type { TurnPull } from "../OpenedTurn.ts"
import type { makeChunkWriter } from "./chunkWriter.ts"
import { heartbeatEvery } from "../untilHeartbeat.ts"

const noEnd = { status: 502, message: "The reply broke off.", code: "upstream_malformed" }
const defect = { status: 500, message: "Something went wrong here. The log names it under the request's id." }

/**
 * A turn as a stream of chunks, written as fast as the client reads. A failure is a last frame with the error in it, after which the
 * stream ends without `[DONE]`.
 */
export const streamedReply = (
  pull: TurnPull,
  writer: ReturnType<typeof makeChunkWriter>,
  requestId: string
): HttpServerResponse.HttpServerResponse => {
  const frames = Stream.fromPull(Effect.succeed(framesOf(pull, writer, requestId)))
  const heartbeats = Stream.map(Stream.drop(Stream.tick(heartbeatEvery), 1), writer.heartbeat)
  return HttpServerResponse.stream(Stream.encodeText(Stream.merge(frames, heartbeats, { haltStrategy: "left" })), {
    contentType: "text/event-stream; charset=utf-8",
    headers: { "cache-control": "no-cache", "x-accel-buffering": "no" }
  })
}

type Frames = Pull.Pull<Arr.NonEmptyReadonlyArray<string>>

const framesOf = (pull: TurnPull, writer: ReturnType<typeof makeChunkWriter>, requestId: string): Frames => {
  let isBegun = false
  let isOver = false
  const last = (frame: string): Frames => {
    isOver = true
    return Effect.succeed([frame])
  }
  const more: Frames = Effect.matchCauseEffect(pull, {
    onSuccess: (events) => {
      const frames = events.map(writer.frameOf).join("")
      isOver = writer.isOver()
      return Effect.succeed([frames])
    },
    onFailure: (cause): Frames => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
      const end = Pull.doneExitFromCause(cause)
      if (end._tag === "Success") return last(writer.error(noEnd))
      const [error] = end.cause.reasons.flatMap((reason) => (reason._tag === "Fail" ? [reason.error] : []))
      if (error !== undefined) return last(writer.error(failureOf(error)))
      return Effect.andThen(
        Effect.logError("a turn failed", cause).pipe(Effect.annotateLogs({ request_id: requestId })),
        last(writer.error(defect))
      )
    }
  })
  return Effect.suspend((): Frames => {
    if (isOver) return Cause.done()
    if (isBegun) return more
    isBegun = true
    return Effect.succeed([writer.first])
  })
}

import { Cause, Effect, Schema, Stream } from "effect"
import { AnthropicErrorReply } from "../../platform/AnthropicErrorReply.ts"
import { Malformed } from "../../providers/ProviderError.ts"
import type { TurnPull } from "../OpenedTurn.ts"
import { errorView } from "./errorReply.ts"
import { defect, type Failure, failureOf } from "./failures.ts"
import { MessageEvent } from "./MessageViews.ts"
import { makeMessageWriter, type MessageHead } from "./MessageWriter.ts"
import { heartbeatEvery } from "../untilHeartbeat.ts"

const encodeEvent = Schema.encodeSync(Schema.fromJsonString(MessageEvent))
const encodeError = Schema.encodeSync(Schema.fromJsonString(AnthropicErrorReply))
const eventFrame = (event: MessageEvent): string => `event: ${event.type}\ndata: ${encodeEvent(event)}\n\n`
const errorFrame = (error: AnthropicErrorReply): string => `event: error\ndata: ${encodeError(error)}\n\n`

const ping = eventFrame({ type: "ping" })

/**
 * A turn as a streamed message, written as fast as the client reads. What fails is told in an `error` event, with which the stream
 * ends: without a `message_stop` nobody takes it for whole.
 */
export const messageFrames = (turn: TurnPull, head: MessageHead, requestId: string): Stream.Stream<Uint8Array> => {
  const writer = makeMessageWriter(head)
  const noEnd = Stream.suspend(() =>
    writer.isOver() ? Stream.empty : Stream.fail(new Malformed({ detail: "it broke off" }))
  )
  const tellOf = (failure: Failure) => errorFrame(errorView(failure, requestId))
  const frames = Stream.fromPull(Effect.succeed(turn)).pipe(
    Stream.mapEffect((event) => Effect.fromResult(writer.push(event))),
    Stream.filter((events) => events.length > 0),
    Stream.map((events) => events.map(eventFrame).join("")),
    Stream.concat(noEnd),
    Stream.catch((error) => Stream.succeed(tellOf(failureOf(error)))),
    Stream.catchCauseIf(Cause.hasDies, (cause) =>
      Stream.fromEffect(
        Effect.as(
          Effect.annotateLogs(Effect.logError("a turn failed", cause), { request_id: requestId }),
          tellOf(defect)
        )
      )
    )
  )
  const pings = Stream.map(Stream.drop(Stream.tick(heartbeatEvery), 1), () => ping)
  return Stream.make(eventFrame(writer.start()) + ping).pipe(
    Stream.concat(Stream.merge(frames, pings, { haltStrategy: "left" })),
    Stream.encodeText
  )
}

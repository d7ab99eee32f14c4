import { Stream } from "effect"
import { heartbeatEvery } from "../untilHeartbeat.ts"
import type { ResponseEvent } from "./ResponseEvent.ts"

const frame = (event: ResponseEvent): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

// The official stream has no event for this; readers of server-sent events pass over comments.
const heartbeat = ": still thinking\n\n"

/** Events as they go over the wire, with a sign of life every ten seconds. */
export const responseFrames = (events: Stream.Stream<ResponseEvent>): Stream.Stream<Uint8Array> =>
  events.pipe(
    Stream.mapArray((events) => [events.map(frame).join("")]),
    Stream.merge(
      Stream.map(Stream.drop(Stream.tick(heartbeatEvery), 1), () => heartbeat),
      { haltStrategy: "left" }
    ),
    Stream.encodeText
  )

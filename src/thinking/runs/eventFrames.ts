import { Schema, Stream } from "effect"
import { LoggedEvent } from "../ThoughtEvent.ts"

const encode = Schema.encodeSync(Schema.fromJsonString(LoggedEvent))

/** Nothing that is between client and service takes the connection for dead. */
const heartbeatEvery = "10 seconds"
const heartbeat = ": still thinking\n\n"

const frame = (logged: LoggedEvent): string =>
  `id: ${logged.seq}\nevent: ${logged.event.type}\ndata: ${encode(logged)}\n\n`

/**
 * Events as a browser's `EventSource` reads them: their numbers as ids, their types as names; a comment at once, so that
 * the reply begins, and every ten seconds.
 */
export const eventFrames = <E, R>(events: Stream.Stream<LoggedEvent, E, R>): Stream.Stream<Uint8Array, E, R> =>
  events.pipe(
    Stream.map(frame),
    Stream.merge(
      Stream.map(Stream.tick(heartbeatEvery), () => heartbeat),
      { haltStrategy: "left" }
    ),
    Stream.encodeText
  )

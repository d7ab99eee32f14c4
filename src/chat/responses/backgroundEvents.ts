import { Effect, Option, Stream } from "effect"
import type { LoggedEvent } from "../../thinking/ThoughtEvent.ts"
import type { TurnEvent } from "../Turn.ts"
import { runEvents } from "../turns/runEvents.ts"
import type { ResponseEvent } from "./ResponseEvent.ts"
import type { ResponseFailure } from "./ResponseObject.ts"
import type { ResponseWriter } from "./responseWriter.ts"

/**
 * The events of a response in the background, from the log of its run. They are the same whenever they are read, so the
 * text of the answer comes at once: what a model writes may yet be thrown away and begun anew, and a log shows only what stood.
 */
export const backgroundEvents = (
  writer: ResponseWriter,
  logged: Stream.Stream<LoggedEvent>
): Stream.Stream<ResponseEvent> =>
  Stream.concat(
    Stream.fromIterable(writer.created()),
    Stream.unwrap(
      Effect.map(Stream.runHead(logged), (head) => {
        const first = Option.getOrUndefined(head)
        if (first === undefined) return Stream.fromIterable(writer.fail(lost))
        const { event } = first
        // It was ended while it waited for its turn.
        if (event.type !== "RunStarted") return Stream.fromIterable(endOf(writer, first))
        return Stream.concat(
          Stream.fromIterable(writer.started()),
          runEvents(logged, event.request, true).pipe(
            Stream.map(listener(writer)),
            Stream.flattenIterable,
            Stream.orDie
          )
        )
      })
    )
  )

const listener = (writer: ResponseWriter) => {
  let at = 0
  return (event: TurnEvent): ReadonlyArray<ResponseEvent> => {
    if (event._tag === "Finish") return writer.finish(event.reason, event.usage, Math.floor(at / 1000))
    if (event._tag !== "Progress") return writer.hear(event)
    at = event.event.at
    return endOf(writer, event.event)
  }
}

/** What an event says that ends a run without an answer. */
const endOf = (writer: ResponseWriter, { event }: LoggedEvent): ReadonlyArray<ResponseEvent> => {
  if (event.type === "RunCancelled") return writer.cancel()
  if (event.type === "RunFailed") return writer.fail({ code: "server_error", message: `${event.detail}.` })
  return []
}

/** The run is no longer kept, or its log cannot be used. */
export const lost: ResponseFailure = { code: "server_error", message: "What came of this response is no longer known." }

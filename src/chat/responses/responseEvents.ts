import { Array as Arr, Cause, Clock, Effect, Option, Pull, Stream } from "effect"
import { openTurn } from "../OpenedTurn.ts"
import type { TurnError, TurnEvent } from "../Turn.ts"
import type { ResponseEvent } from "./ResponseEvent.ts"
import type { ResponseFailure, ResponseObject } from "./ResponseObject.ts"
import type { ResponseWriter } from "./responseWriter.ts"

type Events = ReadonlyArray<ResponseEvent>

/** Time for a response, in whole seconds since 1970. */
export const nowInSeconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000))

/** What comes of events of a turn; the end is kept (`keep`) before it is told. */
const heard = Effect.fnUntraced(function* (
  writer: ResponseWriter,
  events: ReadonlyArray<TurnEvent>,
  keep: (response: ResponseObject) => Effect.Effect<void>
) {
  const told: Array<ResponseEvent> = []
  for (const event of events) {
    if (event._tag === "Finish") {
      told.push(...writer.finish(event.reason, event.usage, yield* nowInSeconds))
      yield* keep(writer.response())
    } else told.push(...writer.hear(event))
  }
  return told
})

/** The response that a turn comes to. */
export const wholeResponse = (
  writer: ResponseWriter,
  events: Stream.Stream<TurnEvent, TurnError>,
  keep: (response: ResponseObject) => Effect.Effect<void>
): Effect.Effect<ResponseObject, TurnError> =>
  Effect.map(
    Stream.runForEachArray(events, (events) => heard(writer, events, keep)),
    () => writer.response()
  )

/**
 * The events of a response as those of its turn come. A turn that fails before it has told anything fails here; later, that is
 * told and kept as a failure (`failureOf`), and so is one whose events end before it does: a stream never ends without having said how.
 */
export const responseEvents = Effect.fnUntraced(function* (
  writer: ResponseWriter,
  events: Stream.Stream<TurnEvent, TurnError>,
  options: {
    readonly keep: (response: ResponseObject) => Effect.Effect<void>
    readonly failureOf: (error: TurnError) => ResponseFailure
  }
) {
  const { failureOf, keep } = options
  const pull = yield* Pull.catchDone(openTurn(events), () => Effect.succeed(Cause.done()))
  let ready: Events = [...writer.created(), ...writer.started()]
  let isOver = false

  const failed = (failure: ResponseFailure) => {
    isOver = true
    return writer.fail(failure)
  }
  const more: Effect.Effect<Events> = Effect.matchCauseEffect(pull, {
    onSuccess: (events) => {
      isOver = events.at(-1)?._tag === "Finish"
      return heard(writer, events, keep)
    },
    onFailure: (cause) => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
      const end = Pull.doneExitFromCause(cause)
      const error = end._tag === "Success" ? undefined : Option.getOrUndefined(Cause.findErrorOption(end.cause))
      if (end._tag === "Failure" && error === undefined) {
        return Effect.as(Effect.logError("a response failed", cause), failed(defect))
      }
      const told = failed(error === undefined ? cutShort : failureOf(error))
      return Effect.as(keep(writer.response()), told)
    }
  })
  const next: Pull.Pull<Arr.NonEmptyReadonlyArray<ResponseEvent>> = Effect.suspend(() => {
    const told = ready
    ready = []
    if (Arr.isReadonlyArrayNonEmpty(told)) return Effect.succeed(told)
    if (isOver) return Cause.done()
    return Effect.flatMap(more, (events) => {
      ready = events
      return next
    })
  })
  return Stream.fromPull(Effect.succeed(next))
})

const cutShort: ResponseFailure = { code: "server_error", message: "The reply ended before it was finished." }
const defect: ResponseFailure = {
  code: "server_error",
  message: "Something went wrong here. The log names it under the request's id."
}

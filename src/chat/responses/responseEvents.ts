import { Array as Arr, Cause, Clock, Effect, Option, Pull, Stream } from "effect"
import { openTurn } from "../OpenedTurn.ts"
import type { PullOf } from "../Share.ts"
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
 * told and kept as a failure (`failureOf`) before the pull fails of it. One whose events end before it does is a failure as well: they never
 * end without having said how.
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
  let over: PullOf<ResponseEvent, TurnError> | undefined

  const failed = (failure: ResponseFailure, end: PullOf<ResponseEvent, TurnError>) => {
    over = end
    return writer.fail(failure)
  }
  const more: Effect.Effect<Events> = Effect.matchCauseEffect(pull, {
    onSuccess: (events) => {
      if (events.at(-1)?._tag === "Finish") over = Cause.done()
      return heard(writer, events, keep)
    },
    onFailure: (cause) => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
      const end = Pull.doneExitFromCause(cause)
      if (end._tag === "Success") {
        const told = failed(cutShort, Cause.done())
        return Effect.as(keep(writer.response()), told)
      }
      const error = Option.getOrUndefined(Cause.findErrorOption(end.cause))
      const failing = Effect.failCause(end.cause)
      if (error === undefined) return Effect.as(Effect.logError("a response failed", cause), failed(defect, failing))
      const told = failed(failureOf(error), failing)
      return Effect.as(keep(writer.response()), told)
    }
  })
  const next: PullOf<ResponseEvent, TurnError> = Effect.suspend((): PullOf<ResponseEvent, TurnError> => {
    const told = ready
    ready = []
    if (Arr.isReadonlyArrayNonEmpty(told)) return Effect.succeed(told)
    if (over !== undefined) return over
    return Effect.flatMap(more, (events) => {
      ready = events
      return next
    })
  })
  return next
})

/** Events that end however the turn did: that was told. */
export const untilTold = <E>(events: PullOf<ResponseEvent, E>): PullOf<ResponseEvent, never> =>
  Effect.catchCause(events, (cause) => (Cause.hasInterruptsOnly(cause) ? Effect.interrupt : Cause.done()))

const cutShort: ResponseFailure = { code: "server_error", message: "The reply ended before it was finished." }
const defect: ResponseFailure = {
  code: "server_error",
  message: "Something went wrong here. The log names it under the request's id."
}

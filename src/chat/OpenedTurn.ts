import { Array as Arr, Cause, Effect, Fiber, Option, Pull, Scope } from "effect"
import type { Stream } from "effect"
import { pulling } from "../providers/policy/begin.ts"
import type { PullOf } from "./Share.ts"
import type { TurnError, TurnEvent } from "./Turn.ts"
import { untilHeartbeat } from "./untilHeartbeat.ts"

export type TurnPull = PullOf<TurnEvent, TurnError>

/**
 * Opens a turn, in the scope, and waits until it tells more than progress, or fails, but no longer than until the first heartbeat is
 * due: until then a failure can still be told by a status. Nothing is lost of what came meanwhile.
 */
export const openTurn = (events: Stream.Stream<TurnEvent, TurnError>) => Effect.flatMap(pullOf(events), begun)

/** The way to pull the events of a turn, which the first pull opens in the scope. */
export const pullOf = (events: Stream.Stream<TurnEvent, TurnError>) => whenPulled(pulling(events))

/** What is opened by the first pull of it, in the scope. */
export const whenPulled = <A, E>(
  open: Effect.Effect<PullOf<A, E>, E, Scope.Scope>
): Effect.Effect<PullOf<A, E>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let opened: PullOf<A, E> | undefined
    return Effect.suspend((): PullOf<A, E> => {
      if (opened !== undefined) return opened
      return Effect.flatMap(Scope.provide(open, scope), (pull) => {
        opened = pull
        return pull
      })
    })
  })

/** The same with a turn that there is a way to pull of. */
export const begun = Effect.fnUntraced(function* (pull: TurnPull) {
  const opening = yield* Effect.forkScoped(untilTelling(pull), { startImmediately: true })
  const first = yield* untilHeartbeat(opening)
  let rest: TurnPull | undefined
  const next: TurnPull = Effect.suspend(() => {
    if (rest !== undefined) return rest
    rest = pull
    return Effect.flatMap(
      Option.isSome(first) ? Effect.succeed(first.value) : Fiber.join(opening),
      (events): TurnPull => (Arr.isReadonlyArrayNonEmpty(events) ? Effect.succeed(events) : Cause.done())
    )
  })
  return next
})

/** All events up to those that tell something; none where the turn is over before that. */
const untilTelling = (pull: TurnPull): Effect.Effect<ReadonlyArray<TurnEvent>, TurnError> => {
  const told: Array<TurnEvent> = []
  const more: TurnPull = Effect.flatMap(pull, (events) => {
    told.push(...events)
    return events.some(isTelling) ? Effect.succeed(events) : more
  })
  return Pull.catchDone(Effect.as(more, told), () => Effect.succeed([]))
}

const isTelling = ({ _tag }: TurnEvent): boolean => _tag !== "Progress"

/** All that is left of a turn; it is over when its end was told. */
export const restOf = (pull: TurnPull): Effect.Effect<ReadonlyArray<TurnEvent>, TurnError> => {
  const all: Array<TurnEvent> = []
  const more: Effect.Effect<ReadonlyArray<TurnEvent>, TurnError> = Effect.matchEffect(pull, {
    onSuccess: (events) => {
      for (const event of events) if (event._tag !== "Progress") all.push(event)
      return more
    },
    onFailure: (end) => (Cause.isDone(end) ? Effect.succeed(all) : Effect.fail(end))
  })
  return more
}

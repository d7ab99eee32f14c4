import { Cause, Effect, Exit, Fiber, type Scope } from "effect"
import type { TurnPull } from "./OpenedTurn.ts"
import type { TurnError } from "./Turn.ts"

type Events = Effect.Success<TurnPull>
type End = TurnError | Cause.Done

/** A turn that several may read, each from its beginning. */
export interface Share {
  /** One more reader, until the scope closes. Whoever is furthest ahead waits for the turn itself. */
  readonly read: Effect.Effect<TurnPull, never, Scope.Scope>
  /** Waits for its end, whatever that is, without reading. */
  readonly drain: Effect.Effect<void>
  readonly isRead: () => boolean
}

/**
 * Shares a turn that is pulled in `scope`. Its events are kept. `left` is run whenever the last reader has gone, `failed` when the
 * turn has ended badly.
 */
export const makeShare = (
  pull: TurnPull,
  scope: Scope.Scope,
  on: { readonly left: Effect.Effect<void>; readonly failed: Effect.Effect<void> }
): Share => {
  const kept: Array<Events> = []
  let end: Exit.Exit<never, End> | undefined
  let pulling: Fiber.Fiber<void> | undefined
  let readers = 0

  // In the turn's own scope: a reader that leaves must not end what another one waits for.
  const pullOnce = Effect.forkIn(
    Effect.flatMap(Effect.exit(pull), (exit) => {
      pulling = undefined
      if (Exit.isSuccess(exit)) {
        kept.push(exit.value)
        return Effect.void
      }
      end = Exit.failCause(exit.cause)
      return Cause.hasFails(exit.cause) && exit.cause.reasons.every(isDone) ? Effect.void : on.failed
    }),
    scope,
    { startImmediately: true }
  )

  const more: Effect.Effect<void> = Effect.suspend(() => {
    if (pulling !== undefined) return Fiber.join(pulling)
    return Effect.flatMap(pullOnce, (fiber) => {
      if (fiber.pollUnsafe() === undefined) pulling = fiber
      return Fiber.join(fiber)
    })
  })

  const pullFrom = (): TurnPull => {
    let at = 0
    const next: TurnPull = Effect.suspend(() => {
      const events = kept[at]
      if (events !== undefined) {
        at++
        return Effect.succeed(events)
      }
      return end ?? Effect.andThen(more, next)
    })
    return next
  }

  const drain: Effect.Effect<void> = Effect.suspend(() =>
    end === undefined ? Effect.andThen(more, drain) : Effect.void
  )

  return {
    drain,
    isRead: () => readers > 0,
    read: Effect.acquireRelease(
      Effect.sync(() => {
        readers++
        return pullFrom()
      }),
      () => Effect.suspend(() => (--readers === 0 ? on.left : Effect.void))
    )
  }
}

const isDone = (reason: Cause.Reason<End>): boolean => reason._tag === "Fail" && Cause.isDone(reason.error)

import { type Array as Arr, Cause, Effect, Exit, Fiber, type Pull, type Scope } from "effect"

/** The way to pull what comes of a turn: its events, or what a reply makes of them. */
export type PullOf<A, E> = Pull.Pull<Arr.NonEmptyReadonlyArray<A>, E>

/** A turn that several may read, each from its beginning. */
export interface Share<A, E> {
  /** One more reader, until the scope closes. Whoever is furthest ahead waits for the turn itself. */
  readonly read: Effect.Effect<PullOf<A, E>, never, Scope.Scope>
  /** Waits for its end, whatever that is, without reading. */
  readonly drain: Effect.Effect<void>
  readonly isRead: () => boolean
}

/**
 * Shares a turn that is pulled in `scope`. Its events are kept. `left` is run whenever the last reader has gone, `failed` when the
 * turn has ended badly.
 */
export const makeShare = <A, E>(
  pull: PullOf<A, E>,
  scope: Scope.Scope,
  on: { readonly left: Effect.Effect<void>; readonly failed: Effect.Effect<void> }
): Share<A, E> => {
  const kept: Array<Arr.NonEmptyReadonlyArray<A>> = []
  let end: Exit.Exit<never, E | Cause.Done> | undefined
  let pulling: Fiber.Fiber<void> | undefined
  let isForking = false
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

  // Nobody pulls while somebody else does, nor may who begins to be interrupted before others can wait for it.
  const more: Effect.Effect<void> = Effect.uninterruptibleMask((restore) =>
    Effect.suspend((): Effect.Effect<void> => {
      // It ended after whoever asks had looked.
      if (end !== undefined) return Effect.void
      if (isForking) return Effect.andThen(Effect.yieldNow, restore(more))
      if (pulling !== undefined) return restore(Fiber.join(pulling))
      isForking = true
      return Effect.flatMap(pullOnce, (fiber) => {
        isForking = false
        if (fiber.pollUnsafe() === undefined) pulling = fiber
        return restore(Fiber.join(fiber))
      })
    })
  )

  const pullFrom = (): PullOf<A, E> => {
    let at = 0
    const next: PullOf<A, E> = Effect.suspend((): PullOf<A, E> => {
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

const isDone = (reason: Cause.Reason<unknown>): boolean => reason._tag === "Fail" && Cause.isDone(reason.error)

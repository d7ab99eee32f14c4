import { type Array as Arr, Cause, Channel, Effect, Exit, Pull, Scope, Stream } from "effect"

type Pieces<A> = Arr.NonEmptyReadonlyArray<A>

/** A stream that has begun: its first pieces are here, the others come by pulling. */
export interface Begun<A, E> {
  readonly pull: Pull.Pull<Pieces<A>, E>
  /** Ends it before its scope does. */
  readonly close: Effect.Effect<void>
}

/**
 * Opens a stream and waits for its first pieces. Up to here nothing of it was passed on, so it may be tried again or another
 * one taken in its place; a failure or an interruption closes what was opened.
 */
export const begin = <A, E>(stream: Stream.Stream<A, E>): Effect.Effect<Begun<A, E>, E, Scope.Scope> =>
  beginPull(pulling(stream))

/**
 * The way to pull a stream, in the scope. Other than by `Stream.toPull`, pieces are pulled in the context of who pulls them, whose whole
 * context would be copied for each.
 */
export const pulling = <A, E>(
  stream: Stream.Stream<A, E>
): Effect.Effect<Pull.Pull<Pieces<A>, E>, never, Scope.Scope> =>
  Effect.flatMap(Effect.scope, (scope) => Channel.toPullScoped(Stream.toChannel(stream), scope))

/** The same where the stream is still to be made: `open` gives the way to pull, in a scope that it is to be closed with. */
export const beginPull = <A, E>(
  open: Effect.Effect<Pull.Pull<Pieces<A>, E>, E, Scope.Scope>
): Effect.Effect<Begun<A, E>, E, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.scope, (outer) => {
      const scope = Scope.forkUnsafe(outer)
      const close = Scope.close(scope, Exit.void)
      return open.pipe(
        Effect.flatMap((rest) =>
          rest.pipe(
            Effect.map((first) => ({ pull: startingWith(first, rest), close })),
            Pull.catchDone(() => Effect.succeed({ pull: Cause.done(), close }))
          )
        ),
        Scope.provide(scope),
        restore,
        Effect.onExit((exit) => (Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void))
      )
    })
  )

/** The way to pull what comes in one. */
export const pullingOnce = <A, E>(pieces: Effect.Effect<Pieces<A>, E>): Pull.Pull<Pieces<A>, E> => {
  let isOver = false
  return Effect.suspend((): Pull.Pull<Pieces<A>, E> => {
    if (isOver) return Cause.done()
    isOver = true
    return pieces
  })
}

/** The same as a pull, with pieces in front that were pulled already. */
export const startingWith = <A, E>(first: Pieces<A>, rest: Pull.Pull<Pieces<A>, E>): Pull.Pull<Pieces<A>, E> => {
  let isFirst = true
  return Effect.suspend((): Pull.Pull<Pieces<A>, E> => {
    if (!isFirst) return rest
    isFirst = false
    return Effect.succeed(first)
  })
}

/** The stream that begins as `open` says; what that opens is closed with the stream. */
export const opening = <A, E>(open: Effect.Effect<Pull.Pull<Pieces<A>, E>, E, Scope.Scope>): Stream.Stream<A, E> =>
  Stream.fromChannel(
    Channel.fromTransform((_upstream: Pull.Pull<unknown, unknown, unknown>, scope) => Scope.provide(open, scope))
  )

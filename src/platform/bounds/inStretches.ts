import { Effect, Result } from "effect"

/** Work between which others have their turn, in whatever `weigh` counts. */
const stretch = 250

/**
 * Makes one thing after the other out of a list, some at a time, so that others have their turn in between however long it is; fails with the
 * first that fails. `weigh` says how much work one is: about so many parts to be decoded.
 */
export const inStretches = <A, B, E>(
  list: ReadonlyArray<A>,
  weigh: (one: A) => number,
  make: (one: A, index: number) => Result.Result<B, E>
): Effect.Effect<ReadonlyArray<B>, E> =>
  Effect.gen(function* () {
    const made: Array<B> = []
    let done = 0
    for (const [index, one] of list.entries()) {
      const weight = weigh(one)
      if (done > 0 && done + weight > stretch) {
        yield* Effect.yieldNow
        done = 0
      }
      done += weight
      made.push(yield* Effect.fromResult(make(one, index)))
    }
    return made
  })

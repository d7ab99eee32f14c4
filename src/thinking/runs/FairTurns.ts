import { Deferred, Effect } from "effect"

/** Turns to do something, so many at once. */
export interface FairTurns {
  /** Does the work of an owner when it is its turn. Leaving while it waits, or while it works, makes room for the next. */
  readonly inTurn: <A, E, R>(owner: string, work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/**
 * Gives a turn that becomes free to the owner with the fewest under way, and among those to whoever has waited longest for one: who brings
 * a thousand waits for their own, not others for them. What one owner brings is begun in the order it came.
 */
export const makeFairTurns = (atOnce: number): FairTurns => {
  let free = atOnce
  const working = new Map<string, number>()
  // Owners in the order in which they were given a turn last, and what each of them has waiting, in order.
  const waiting = new Map<string, Set<Deferred.Deferred<void>>>()

  const count = (owner: string, by: 1 | -1) => {
    free -= by
    const now = (working.get(owner) ?? 0) + by
    if (now > 0) working.set(owner, now)
    else working.delete(owner)
  }

  const nextOwner = (): string | undefined => {
    let next: string | undefined
    let fewest = Number.POSITIVE_INFINITY
    for (const owner of waiting.keys()) {
      const under = working.get(owner) ?? 0
      if (under >= fewest) continue
      next = owner
      fewest = under
    }
    return next
  }

  const forget = (owner: string, turn: Deferred.Deferred<void>): boolean => {
    const turns = waiting.get(owner)
    if (turns?.delete(turn) !== true) return false
    if (turns.size === 0) waiting.delete(owner)
    return true
  }

  /** Gives the turn that has become free to the next. */
  const give = () => {
    const owner = nextOwner()
    const turns = owner === undefined ? undefined : waiting.get(owner)
    if (owner === undefined || turns === undefined) return
    const [turn] = turns
    if (turn === undefined) return
    forget(owner, turn)
    if (waiting.delete(owner)) waiting.set(owner, turns)
    count(owner, 1)
    Deferred.doneUnsafe(turn, Effect.void)
  }

  const giveBack = (owner: string) =>
    Effect.sync(() => {
      count(owner, -1)
      give()
    })

  const take = (owner: string) =>
    Effect.suspend(() => {
      if (free > 0) {
        count(owner, 1)
        return Effect.void
      }
      const turn = Deferred.makeUnsafe<void>()
      const turns = waiting.get(owner) ?? new Set()
      turns.add(turn)
      waiting.set(owner, turns)
      // Not within the end of the work that made room, which may be that of many. It may have been given in the moment in which whoever
      // waited left.
      return Effect.onInterrupt(Effect.andThen(Deferred.await(turn), Effect.yieldNow), () =>
        Effect.suspend(() => (forget(owner, turn) ? Effect.void : giveBack(owner)))
      )
    })

  return {
    inTurn: (owner, work) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.andThen(restore(take(owner)), Effect.ensuring(restore(work), giveBack(owner)))
      )
  }
}

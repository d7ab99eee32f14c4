import { Effect, Queue, type Scope } from "effect"
import type { RunId } from "../RunId.ts"

/** Who waits for events of a run. A signal says that there are some, not which. */
export interface Followers {
  /** Signals from now on, until the scope closes; what was signalled before it was taken is one. */
  readonly signalsOf: (id: RunId) => Effect.Effect<Queue.Dequeue<void>, never, Scope.Scope>
  readonly signal: (id: RunId) => void
}

export const makeFollowers = (): Followers => {
  const queues = new Map<RunId, Set<Queue.Queue<void>>>()
  const leave = (id: RunId, queue: Queue.Queue<void>): void => {
    const all = queues.get(id)
    all?.delete(queue)
    if (all?.size === 0) queues.delete(id)
  }
  return {
    signalsOf: (id) =>
      Effect.acquireRelease(
        Effect.tap(Queue.sliding<void>(1), (queue) =>
          Effect.sync(() => {
            queues.set(id, (queues.get(id) ?? new Set()).add(queue))
          })
        ),
        (queue) => Effect.sync(() => leave(id, queue))
      ),
    signal: (id) => {
      for (const queue of queues.get(id) ?? []) Queue.offerUnsafe(queue, undefined)
    }
  }
}

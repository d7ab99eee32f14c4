import { Effect, Queue, Schedule, type Scope } from "effect"
import type { DatabaseTrouble } from "../../platform/DatabaseTrouble.ts"
import type { CandidateRow, QuestionId, StoredQuestion } from "../StoredQuestion.ts"

/** Answers that wait for a database in trouble; of more than these the oldest are given up. */
const mostWaiting = 1000
const retryEvery = "5 seconds"

/**
 * Stores rows whether the database takes them at once or not: an answer that was paid for is given out all the same, and is
 * stored when the trouble is over. It is in memory until then, so the end of the process loses it, and the log says how many.
 */
export const makeSavedLater = Effect.fnUntraced(function* (
  write: (row: StoredQuestion) => Effect.Effect<CandidateRow, DatabaseTrouble>
): Effect.fn.Return<
  {
    readonly save: (row: StoredQuestion) => Effect.Effect<CandidateRow>
    /** Whether a row was given out and is not stored. */
    readonly isWaiting: (id: QuestionId) => boolean
  },
  never,
  Scope.Scope
> {
  const waiting = new Map<QuestionId, StoredQuestion>()
  const wake = yield* Queue.sliding<void>(1)

  const keep = (row: StoredQuestion, { message }: DatabaseTrouble) =>
    Effect.suspend(() => {
      waiting.set(row.id, row)
      const [oldest] = waiting.keys()
      const isFull = waiting.size > mostWaiting && oldest !== undefined
      if (isFull) waiting.delete(oldest)
      Queue.offerUnsafe(wake, undefined)
      return Effect.logWarning(`an answer could not be stored and waits: ${message}`).pipe(
        Effect.annotateLogs({ waiting: waiting.size, ...(isFull ? { given_up: oldest } : {}) }),
        Effect.as<CandidateRow>(row)
      )
    })

  const save = (row: StoredQuestion) => Effect.catch(write(row), (trouble) => keep(row, trouble))

  const storeAll = Effect.gen(function* () {
    const count = waiting.size
    for (const [id, row] of waiting) {
      yield* write(row)
      waiting.delete(id)
    }
    yield* Effect.logInfo("the answers that waited are stored").pipe(Effect.annotateLogs({ count }))
  })

  yield* Queue.take(wake).pipe(
    Effect.andThen(Effect.retry(Effect.delay(storeAll, retryEvery), Schedule.forever)),
    Effect.forever,
    Effect.forkScoped
  )
  yield* Effect.addFinalizer(() =>
    waiting.size === 0
      ? Effect.void
      : Effect.catch(storeAll, () =>
          Effect.logError("answers were given out that could not be stored").pipe(
            Effect.annotateLogs({ lost: waiting.size })
          )
        )
  )
  return { save, isWaiting: (id) => waiting.has(id) }
})

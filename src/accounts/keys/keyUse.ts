import { Array as Arr, Clock, Duration, Effect } from "effect"
import { SqlError } from "effect/sql"
import { makeKeyRows } from "./keyRows.ts"

const writtenEvery = Duration.seconds(15)
const keysPerStatement = 100
// More different keys than this within one interval, or while the database does not answer, are not noted.
const mostWaiting = 10_000

/**
 * Notes when keys were used, without making any request wait: every fifteen seconds, and at the end, all at once. The time noted is that
 * of writing.
 */
export const makeKeyUse = Effect.gen(function* () {
  const rows = yield* makeKeyRows
  const waiting = new Set<string>()

  const write = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    for (const ids of Arr.chunksOf([...waiting], keysPerStatement)) {
      yield* rows.noteUse(ids, now)
      for (const id of ids) waiting.delete(id)
    }
  }).pipe(Effect.catchIf(SqlError.isSqlError, (error) => Effect.logDebug("the use of keys is written later", error)))

  yield* Effect.addFinalizer(() => write)
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(writtenEvery), write)))

  return (id: string): void => {
    if (waiting.size < mostWaiting) waiting.add(id)
  }
})

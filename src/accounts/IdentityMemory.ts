import { Duration, Effect, type Schema } from "effect"
import { SqlError } from "effect/sql"
import { steadyNow } from "../platform/steadyTime.ts"
import { IdentityVersion } from "./IdentityVersion.ts"

// For so long a change made by another process may not be seen.
const freshMillis = Duration.toMillis("5 seconds")
// While the database does not answer, what is known counts for so long, and the database is asked about it only so often.
const standInMillis = Duration.toMillis("5 minutes")
const againMillis = Duration.toMillis("1 second")
const warnAgainMillis = Duration.toMillis("1 minute")

interface Entry<A> {
  readonly value: A
  readonly version: number
  readonly readAt: number
  freshUntil: number
}

/**
 * Remembers what was read of who may ask, at most `capacity` of it. Good for five seconds or until this process changes anything of
 * it, whichever comes first; while the database does not answer, for five minutes.
 */
export const makeMemory = Effect.fnUntraced(function* <A>(capacity: number) {
  const version = yield* IdentityVersion
  // In the order it was read: what has not been used for longest comes first.
  const entries = new Map<string, Entry<A>>()
  let warnedAt = Number.NEGATIVE_INFINITY

  const remember = (id: string, entry: Entry<A>) => {
    entries.delete(id)
    entries.set(id, entry)
    if (entries.size <= capacity) return
    for (const oldest of entries.keys()) {
      entries.delete(oldest)
      break
    }
  }

  const standIn = Effect.fnUntraced(function* (id: string, error: SqlError.SqlError) {
    const now = yield* steadyNow
    if (now - warnedAt >= warnAgainMillis) {
      warnedAt = now
      yield* Effect.logWarning("the database does not answer; only who is known is let through", error)
    }
    const known = entries.get(id)
    if (known === undefined || known.version !== version.current() || now - known.readAt > standInMillis) {
      return yield* error
    }
    known.freshUntil = now + againMillis
    return known.value
  })

  return {
    /** What is remembered, if it is good at this time (of `steadyMillis`). */
    get: (id: string, now: number): A | undefined => {
      const known = entries.get(id)
      return known !== undefined && now < known.freshUntil && known.version === version.current()
        ? known.value
        : undefined
    },
    /** Reads and remembers; what is not there is not remembered. Fails where the database does not answer and nothing stands in. */
    read: Effect.fnUntraced(function* (
      id: string,
      query: Effect.Effect<A | undefined, Schema.SchemaError | SqlError.SqlError>
    ) {
      const before = version.current()
      const readAt = yield* steadyNow
      return yield* query.pipe(
        Effect.tap((value) =>
          Effect.sync(() => {
            if (value === undefined) entries.delete(id)
            else remember(id, { value, version: before, readAt, freshUntil: readAt + freshMillis })
          })
        ),
        Effect.catchIf(SqlError.isSqlError, (error) => standIn(id, error)),
        Effect.catchTag("SchemaError", Effect.die)
      )
    })
  }
})

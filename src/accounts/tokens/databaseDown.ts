import { Effect, type Schema } from "effect"
import type { SqlError } from "effect/sql"
import { IdentityUnavailable } from "../Users.ts"

/** `IdentityUnavailable` where the database does not answer; a row that cannot be read is a defect. */
export const orUnavailable = <A, R>(
  effect: Effect.Effect<A, SqlError.SqlError | Schema.SchemaError, R>
): Effect.Effect<A, IdentityUnavailable, R> =>
  Effect.catchTags(effect, {
    SqlError: () => Effect.fail(new IdentityUnavailable()),
    SchemaError: (error) => Effect.die(error)
  })

import { Cache, Context, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { Durability } from "../../platform/Durability.ts"
import type { IdentityUnavailable } from "../Users.ts"
import type { SessionId, TokenId } from "./AccessClaims.ts"
import { orUnavailable } from "./databaseDown.ts"

/** Tokens and sessions that no longer count, though their time is not over. */
export class RevokedTokens extends Context.Service<
  RevokedTokens,
  {
    /** From now on it does not count; `until` is when it would not have anyway, in milliseconds since 1970. Survives a power cut. */
    readonly revoke: (id: TokenId | SessionId, until: number) => Effect.Effect<void, IdentityUnavailable>
    /** Whether any of them is revoked. */
    readonly isAnyRevoked: (ids: ReadonlyArray<TokenId | SessionId>) => Effect.Effect<boolean, IdentityUnavailable>
    /** Whether one is known to be revoked without asking the database: what this process revoked, or saw, of late. */
    readonly isKnown: (id: TokenId | SessionId) => Effect.Effect<boolean>
  }
>()("siku/accounts/tokens/RevokedTokens") {
  static readonly layer: Layer.Layer<RevokedTokens, never, SqlClient.SqlClient | Durability> = Layer.effect(
    RevokedTokens,
    Effect.suspend(() => make)
  )
}

const mostKnown = 10_000

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  // Only ever grows by what was revoked: it can be behind the database, never ahead of it.
  const known = yield* Cache.make<string, true>({
    capacity: mostKnown,
    lookup: () => Effect.die(new Error("what is revoked is only ever told from outside"))
  })
  const rows = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: Schema.Struct({ id: Schema.String }),
    execute: (ids) => sql`SELECT id FROM revoked_tokens WHERE ${sql.in("id", ids)}`
  })

  return RevokedTokens.of({
    revoke: Effect.fn("RevokedTokens.revoke")(function* (id, until) {
      const row = sql.insert({ id, expires_at: until })
      yield* orUnavailable(
        sql.onDialectOrElse({
          mysql: () => sql`INSERT IGNORE INTO revoked_tokens ${row}`,
          orElse: () => sql`INSERT INTO revoked_tokens ${row} ON CONFLICT (id) DO NOTHING`
        })
      )
      yield* Cache.set(known, id, true)
      yield* durability.flush
    }),
    isAnyRevoked: Effect.fnUntraced(function* (ids) {
      const found = yield* orUnavailable(rows(ids))
      for (const { id } of found) yield* Cache.set(known, id, true)
      return found.length > 0
    }),
    isKnown: (id) => Cache.has(known, id)
  })
})

import { hash } from "node:crypto"
import { Clock, Context, Duration, Effect, Layer, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { SqlClient, SqlSchema } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import { Durability } from "../../platform/Durability.ts"
import { AccountId } from "../AccountId.ts"
import type { IdentityUnavailable } from "../Users.ts"
import { UserId } from "../UserId.ts"
import { longestTokenLife, ScopeText, SessionId } from "./AccessClaims.ts"
import { orUnavailable } from "./databaseDown.ts"
import { RevokedTokens } from "./RevokedTokens.ts"

/** What a refresh token stands for. Times are milliseconds since 1970; column names are the field names. */
const Grant = Schema.Struct({
  /** The login it follows from. */
  family: SessionId,
  user_id: UserId,
  account_id: Schema.NullOr(AccountId),
  scopes: ScopeText
})
export type Grant = typeof Grant.Type

const RefreshToken = Schema.Struct({
  ...Grant.fields,
  id: Schema.String,
  created_at: Schema.Finite,
  expires_at: Schema.Finite,
  used_at: Schema.NullOr(Schema.Finite),
  revoked_at: Schema.NullOr(Schema.Finite)
})
export type RefreshToken = typeof RefreshToken.Type

/** There is no such refresh token, or none that still counts. */
export class BadRefreshToken extends Schema.TaggedError<BadRefreshToken>()("BadRefreshToken", {
  why: Schema.Literals(["unknown", "expired", "used", "revoked"])
}) {}

/**
 * Tokens by which a login goes on. Each is good for one use, which gives the next. One that is used a second time is in two hands: then
 * everything that followed from its login stops counting, access tokens too. Stored as hashes only.
 */
export class RefreshTokens extends Context.Service<
  RefreshTokens,
  {
    /** The first of a login. */
    readonly start: (grant: Grant) => Effect.Effect<string, IdentityUnavailable>
    /** What a token stands for, and that it can be used; a second use ends the login. */
    readonly look: (token: string) => Effect.Effect<RefreshToken, BadRefreshToken | IdentityUnavailable>
    /** Uses it up for the next one. Of several who use one at the same time, one succeeds, and loses the login as the others do. */
    readonly use: (token: string) => Effect.Effect<string, BadRefreshToken | IdentityUnavailable>
    /** Ends a login: all its tokens stop counting. */
    readonly revoke: (family: SessionId) => Effect.Effect<void, IdentityUnavailable>
    /** The login of a token, whatever became of it. */
    readonly familyOf: (token: string) => Effect.Effect<SessionId | undefined, IdentityUnavailable>
  }
>()("siku/accounts/tokens/RefreshTokens") {
  static readonly layer: Layer.Layer<
    RefreshTokens,
    never,
    AppConfig | SqlClient.SqlClient | Durability | RevokedTokens
  > = Layer.effect(
    RefreshTokens,
    Effect.suspend(() => make)
  )
}

/** How every refresh token begins. */
export const refreshPrefix = "rt-siku-"
const form = /^rt-siku-[\w-]{43}$/
const randomBytes = 32

// 256 random bits cannot be guessed however fast the hash is.
const digestOf = (token: string): string => hash("sha256", token, "hex")

const make = Effect.gen(function* () {
  const { security } = yield* AppConfig
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const revoked = yield* RevokedTokens
  const life = Duration.toMillis(security.refreshTokenTtl)
  const Digest = Schema.String

  const rows = SqlSchema.findAll({
    Request: Digest,
    Result: RefreshToken,
    execute: (digest) => sql`
      SELECT id, family, user_id, account_id, scopes, created_at, expires_at, used_at, revoked_at
      FROM refresh_tokens WHERE hash = ${digest}`
  })
  const find = (token: string) =>
    form.test(token) ? Effect.map(orUnavailable(rows(digestOf(token))), ([row]) => row) : Effect.succeed(undefined)

  const insert = Effect.fnUntraced(function* ({ account_id, family, scopes, user_id }: Grant) {
    const token = refreshPrefix + Base64Url.encode(SecureRandom.randomBytesUnsafe(randomBytes))
    const now = yield* Clock.currentTimeMillis
    yield* sql`INSERT INTO refresh_tokens ${sql.insert({
      id: `ref_${sortableUuid()}`,
      family,
      hash: digestOf(token),
      user_id,
      account_id,
      scopes,
      created_at: now,
      expires_at: now + life
    })}`
    return token
  })

  /** Whether it was this one that marked it as used: the database lets only one. */
  const mark = Effect.fnUntraced(function* (id: string) {
    const now = yield* Clock.currentTimeMillis
    // A login that has ended gives no token, also not one that was on its way when it ended.
    const change = sql`
      UPDATE refresh_tokens SET used_at = ${now}
      WHERE id = ${id} AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ${now}
        AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE revoked_tokens.id = refresh_tokens.family)`
    return yield* sql.onDialectOrElse({
      mysql: () =>
        Effect.map(
          Effect.andThen(change, countOfChanged(undefined)),
          ([changed]) => changed !== undefined && changed.count > 0
        ),
      orElse: () => Effect.map(sql`${change} RETURNING id`, (changed) => changed.length > 0)
    })
  })
  const countOfChanged = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Schema.Struct({ count: Schema.Finite }),
    execute: () => sql`SELECT ROW_COUNT() AS count`
  })

  const revoke = Effect.fn("RefreshTokens.revoke")(function* (family: SessionId) {
    const now = yield* Clock.currentTimeMillis
    // As long as any token of it can be left.
    const until = now + life + Duration.toMillis(longestTokenLife)
    // First this, by which nothing that is on its way counts either.
    yield* revoked.revoke(family, until)
    yield* orUnavailable(
      sql`UPDATE refresh_tokens SET revoked_at = ${now} WHERE family = ${family} AND revoked_at IS NULL`
    )
  })

  const look = Effect.fnUntraced(function* (token: string) {
    const row = yield* find(token)
    if (row === undefined) return yield* new BadRefreshToken({ why: "unknown" })
    const isOver = row.expires_at <= (yield* Clock.currentTimeMillis)
    if (row.used_at !== null) {
      if (row.revoked_at === null) yield* revoke(row.family)
      return yield* new BadRefreshToken({ why: "used" })
    }
    if (row.revoked_at !== null) return yield* new BadRefreshToken({ why: "revoked" })
    return isOver ? yield* new BadRefreshToken({ why: "expired" }) : row
  })

  return RefreshTokens.of({
    start: Effect.fn("RefreshTokens.start")(function* (grant) {
      const token = yield* orUnavailable(insert(grant))
      yield* durability.flush
      return token
    }),
    look,
    use: Effect.fn("RefreshTokens.use")(function* (token) {
      const row = yield* look(token)
      const next = yield* Effect.gen(function* () {
        return (yield* mark(row.id)) ? yield* insert(row) : undefined
      }).pipe(sql.withTransaction, orUnavailable)
      if (next === undefined) {
        yield* look(token)
        return yield* new BadRefreshToken({ why: "revoked" })
      }
      yield* durability.flush
      return next
    }),
    revoke,
    familyOf: (token) => Effect.map(find(token), (row) => row?.family)
  })
})

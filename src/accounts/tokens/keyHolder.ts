import { Clock, Effect, Schema } from "effect"
import { type SqlClient, SqlSchema } from "effect/sql"
import type { Caller } from "../../platform/Caller.ts"
import { AccountId } from "../AccountId.ts"
import { BadCredential } from "../ApiKeys.ts"
import { ApiKeyId } from "../ApiKeyId.ts"
import { UserId } from "../UserId.ts"
import { type KeyClaims, scopesIn } from "./AccessClaims.ts"
import { orUnavailable } from "./databaseDown.ts"

const Models = Schema.fromJsonString(Schema.Array(Schema.String))
const Flag = Schema.NullOr(Schema.BooleanFromBit)

/** An API key as it stands, with whether its account and its creator are active; both may be nobody. */
const KeyRow = Schema.Struct({
  account_id: Schema.NullOr(AccountId),
  user_id: Schema.NullOr(UserId),
  scopes: Schema.String,
  models: Schema.NullOr(Models),
  per_minute: Schema.NullOr(Schema.Finite),
  per_hour: Schema.NullOr(Schema.Finite),
  concurrency: Schema.NullOr(Schema.Finite),
  expires_at: Schema.NullOr(Schema.Finite),
  revoked_at: Schema.NullOr(Schema.Finite),
  account_active: Flag,
  user_active: Flag,
  user_admin: Flag
})

/** Who a token of an API key stands for: the key as it is now, with no more scopes than it had when the token was made. */
export const makeKeyHolder = (sql: SqlClient.SqlClient) => {
  const rows = SqlSchema.findAll({
    Request: ApiKeyId,
    Result: KeyRow,
    execute: (id) => sql`
      SELECT k.account_id, k.user_id, k.scopes, k.models, k.per_minute, k.per_hour, k.concurrency, k.expires_at, k.revoked_at,
        a.active AS account_active, u.active AS user_active, u.admin AS user_admin
      FROM api_keys k LEFT JOIN accounts a ON a.id = k.account_id LEFT JOIN users u ON u.id = k.user_id
      WHERE k.id = ${id}`
  })
  return Effect.fnUntraced(function* (claims: KeyClaims) {
    const [row] = yield* orUnavailable(rows(claims.sub))
    if (row === undefined) return yield* new BadCredential({ why: "unknown" })
    const now = yield* Clock.currentTimeMillis
    if (row.revoked_at !== null) return yield* new BadCredential({ why: "revoked" })
    if (row.expires_at !== null && row.expires_at <= now) return yield* new BadCredential({ why: "expired" })
    const isActive =
      (row.account_id === null || row.account_active === true) && (row.user_id === null || row.user_active === true)
    if (!isActive) return yield* new BadCredential({ why: "inactive" })
    // Who may not manage any more has no key that may.
    const may = new Set(scopesIn(row.scopes).filter((scope) => scope !== "admin" || row.user_admin !== false))
    return {
      kind: "key",
      accountId: row.account_id,
      userId: row.user_id,
      keyId: claims.sub,
      scopes: new Set(scopesIn(claims.scope).filter((scope) => may.has(scope))),
      models: row.models,
      limits: {
        perMinute: row.per_minute ?? undefined,
        perHour: row.per_hour ?? undefined,
        concurrency: row.concurrency ?? undefined
      }
    } satisfies Caller
  })
}

import { Schema } from "effect"
import { Scope } from "../../platform/Caller.ts"
import { AccountId } from "../AccountId.ts"
import { ApiKeyId } from "../ApiKeyId.ts"
import { UserId } from "../UserId.ts"
import type { KeyRow } from "./keyRows.ts"

const Limit = Schema.NullOr(Schema.Int)
const Time = Schema.NullOr(Schema.Finite)

/** What is known of a key but the key itself. Times are milliseconds since 1970. */
export class ApiKey extends Schema.Class<ApiKey>("ApiKey")({
  id: ApiKeyId,
  /** null: of the house, whose calls nobody pays for */
  accountId: Schema.NullOr(AccountId),
  /** Who made it; null where it was made with the admin key. */
  userId: Schema.NullOr(UserId),
  name: Schema.String,
  /** How it begins. */
  prefix: Schema.String,
  scopes: Schema.Array(Scope),
  /** The models it may name; null is all. */
  models: Schema.NullOr(Schema.Array(Schema.String)),
  /** Requests in any minute, in any hour, and at once: null is as the settings say, 0 no limit. */
  perMinute: Limit,
  perHour: Limit,
  concurrency: Limit,
  expiresAt: Time,
  revokedAt: Time,
  /** To within some minutes. */
  lastUsedAt: Time,
  createdAt: Schema.Finite
}) {
  static fromRow = (row: KeyRow): ApiKey =>
    new ApiKey({
      id: row.id,
      accountId: row.account_id,
      userId: row.user_id,
      name: row.name,
      prefix: row.prefix,
      scopes: row.scopes,
      models: row.models,
      perMinute: row.per_minute,
      perHour: row.per_hour,
      concurrency: row.concurrency,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
      lastUsedAt: row.last_used_at,
      createdAt: row.created_at
    })
}

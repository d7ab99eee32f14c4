import type { ApiKey } from "./ApiKey.ts"
import type { KeyView } from "./Api.ts"

/** A key as it is shown: without itself. */
export const viewOf = (key: ApiKey): typeof KeyView.Type => ({
  id: key.id,
  account_id: key.accountId,
  user_id: key.userId,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  models: key.models,
  per_minute: key.perMinute,
  per_hour: key.perHour,
  concurrency: key.concurrency,
  expires_at: key.expiresAt,
  revoked_at: key.revokedAt,
  last_used_at: key.lastUsedAt,
  created_at: key.createdAt
})

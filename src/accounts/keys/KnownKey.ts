import type { Caller } from "../../platform/Caller.ts"
import type { KnownKeyRow } from "./keyRows.ts"

/** A key as it is remembered for those that ask with it. Times are milliseconds since 1970. */
export interface KnownKey {
  readonly caller: Caller & { readonly keyId: string }
  readonly isRevoked: boolean
  readonly isInactive: boolean
  /** Infinity where it does not expire. */
  readonly expiresAt: number
  /** When it was last noted that it was used. */
  notedAt: number
}

/** What a stored key comes to: with its account and its maker as they are now. */
export const knownKey = (row: KnownKeyRow): KnownKey => ({
  caller: {
    kind: "key",
    accountId: row.account_id,
    userId: row.user_id,
    keyId: row.id,
    // Who may not manage any more has no key that may.
    scopes: new Set(row.user_admin === false ? row.scopes.filter((scope) => scope !== "admin") : row.scopes),
    models: row.models,
    limits: {
      perMinute: row.per_minute ?? undefined,
      perHour: row.per_hour ?? undefined,
      concurrency: row.concurrency ?? undefined,
      isGranted: row.limits_granted
    }
  },
  isRevoked: row.revoked_at !== null,
  isInactive:
    (row.account_id !== null && row.account_active !== true) || (row.user_id !== null && row.user_active !== true),
  expiresAt: row.expires_at ?? Number.POSITIVE_INFINITY,
  notedAt: row.last_used_at ?? 0
})

import { Clock, Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { sortableUuid } from "../platform/sortableUuid.ts"
import { type Caller, CurrentUser } from "../platform/Caller.ts"
import { RequestId } from "../platform/RequestContext.ts"

/** What was done by whom: who and in which request are taken from what is being served (`CurrentUser`, `RequestId`). */
export interface AuditEntry {
  /** `<thing>.<verb>`, such as `key.create`. */
  readonly action: string
  /** The id or the name of what it was done to. */
  readonly target: string
  /** The account it concerns, if one. */
  readonly accountId?: string | null
  /** What a reader would ask next; never a secret. */
  readonly detail?: Schema.Json
}

/** Every act of management, appended and never changed. */
export class AuditLog extends Context.Service<
  AuditLog,
  {
    /** Part of the caller's transaction where there is one: what is not written down was not done. */
    readonly append: (entry: AuditEntry) => Effect.Effect<void>
  }
>()("siku/accounts/AuditLog") {
  static readonly layer: Layer.Layer<AuditLog, never, SqlClient.SqlClient> = Layer.effect(
    AuditLog,
    Effect.map(SqlClient.SqlClient, (sql) =>
      AuditLog.of({
        append: Effect.fn("AuditLog.append")(function* ({ accountId = null, action, detail = {}, target }) {
          const caller = yield* CurrentUser
          yield* sql`INSERT INTO audit_log ${sql.insert({
            id: `aud_${sortableUuid()}`,
            at: yield* Clock.currentTimeMillis,
            actor_kind: caller.kind,
            actor_id: actorOf(caller),
            action,
            target: target.slice(0, longestTarget),
            account_id: accountId,
            request_id: (yield* RequestId).slice(0, longestRequestId),
            detail: JSON.stringify(detail)
          })}`
        }, Effect.orDie)
      })
    )
  )
}

// The widths of the columns.
const longestTarget = 255
const longestRequestId = 128

/** The key where it was done with one, else the user; the admin key has no id. */
const actorOf = ({ keyId, userId }: Caller): string | null => keyId ?? userId

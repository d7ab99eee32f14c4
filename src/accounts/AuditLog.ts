import { Context, type Effect, type Schema } from "effect"

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
>()("siku/accounts/AuditLog") {}

import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"

/** `aud_` and a UUID of version 7, which sorts by the time it was made. */
export const AuditId = Schema.String.check(Schema.isPattern(/^aud_[0-9a-f-]{36}$/)).pipe(Schema.brand("AuditId"))
export type AuditId = typeof AuditId.Type

/** An entry as it is stored; column names are the field names. */
export const AuditRow = Schema.Struct({
  id: AuditId,
  /** Milliseconds since 1970. */
  at: Schema.Finite,
  actor_kind: Schema.String,
  /** The key or the user; null for the admin key. */
  actor_id: Schema.NullOr(Schema.String),
  action: Schema.String,
  target: Schema.String,
  account_id: Schema.NullOr(Schema.String),
  request_id: Schema.String,
  detail: Schema.fromJsonString(Schema.Json)
})
export type AuditRow = typeof AuditRow.Type

/** Which entries; what is left out is any. */
export interface AuditFilter {
  readonly action?: string | undefined
  readonly target?: string | undefined
  readonly accountId?: string | undefined
}

/** What the audit log holds. */
export class AuditReports extends Context.Service<
  AuditReports,
  {
    /** The newest first, those made before `before`. */
    readonly page: (
      filter: AuditFilter,
      page: { readonly before: AuditId | undefined; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<AuditRow>>
  }
>()("siku/accounts/audit/AuditReports") {
  static readonly layer: Layer.Layer<AuditReports, never, SqlClient.SqlClient> = Layer.effect(
    AuditReports,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const columns = sql.literal(Object.keys(AuditRow.fields).join(", "))
      const decode = Schema.decodeUnknownEffect(Schema.Array(AuditRow))
      return AuditReports.of({
        page: Effect.fn("AuditReports.page")(function* ({ accountId, action, target }, { before, limit }) {
          const bounds = [
            ...(action === undefined ? [] : [sql`action = ${action}`]),
            ...(target === undefined ? [] : [sql`target = ${target}`]),
            ...(accountId === undefined ? [] : [sql`account_id = ${accountId}`]),
            ...(before === undefined ? [] : [sql`id < ${before}`])
          ]
          return yield* decode(
            yield* sql`
              SELECT ${columns} FROM audit_log WHERE ${bounds.length === 0 ? sql`1 = 1` : sql.and(bounds)}
              ORDER BY id DESC LIMIT ${sql.literal(String(limit))}`
          )
        }, Effect.orDie)
      })
    })
  )
}

import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { ForbiddenProblem } from "../../platform/Problems.ts"
import { AccountId } from "../AccountId.ts"
import { next, pageOf, Time } from "../fields.ts"
import { AuditId } from "./AuditReports.ts"

const Entry = Schema.Struct({
  id: AuditId,
  at: Time,
  actor_kind: Schema.String.annotate({ description: "admin (the admin key), user or key." }),
  actor_id: Schema.NullOr(Schema.String),
  action: Schema.String.annotate({ description: "`<thing>.<verb>`, such as key.create." }),
  target: Schema.String,
  account_id: Schema.NullOr(Schema.String),
  request_id: Schema.String,
  detail: Schema.Json
}).annotate({ identifier: "AuditEntry" })

const Entries = Schema.Struct({ entries: Schema.Array(Entry), next }).annotate({ identifier: "AuditEntries" })

const text = Schema.optionalKey(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255)))

/** The audit log, which can only be read. */
export const AuditApi = HttpApiGroup.make("audit")
  .add(
    HttpApiEndpoint.get("listAudit", "/api/v1/audit", {
      query: {
        ...pageOf(AuditId),
        action: text,
        target: text,
        account_id: Schema.optionalKey(AccountId)
      },
      success: Entries,
      error: ForbiddenProblem
    }).annotate(OpenApi.Summary, "What was managed by whom, the newest first")
  )
  .annotateMerge(
    OpenApi.annotations({ title: "Audit", description: "Every act of management, appended and never changed." })
  )

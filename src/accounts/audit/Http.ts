import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { page } from "../page.ts"
import { mayManageAll } from "../policies.ts"
import { notAllowed } from "../problems.ts"
import { AuditReports } from "./AuditReports.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "audit",
  Effect.fnUntraced(function* (handlers) {
    const reports = yield* AuditReports
    return handlers.handle("listAudit", ({ query: { account_id, action, last_id, limit, target } }) =>
      mayManageAll.pipe(
        Effect.andThen(
          page(limit, (limit) => reports.page({ action, target, accountId: account_id }, { before: last_id, limit }))
        ),
        Effect.map(({ next, shown }) => ({ entries: shown, next })),
        Effect.catchTags({ NotAllowed: notAllowed })
      )
    )
  })
)

import { Effect, Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { SqlClient } from "effect/sql"
import { IsLimited, RequiredScope } from "./Access.ts"

/** Whether the service can answer, and which part cannot. */
export const Health = Schema.Struct({
  status: Schema.Literals(["ok", "unavailable"]),
  checks: Schema.Record(Schema.String, Schema.Literals(["ok", "failed"]))
}).annotate({ identifier: "Health" })

const NotReady = Health.pipe(HttpApiSchema.status(503))

const ready = <const Name extends string>(name: Name, path: `/${string}`) =>
  HttpApiEndpoint.get(name, path, { success: [Health, NotReady] }).annotate(
    OpenApi.Summary,
    "Whether it can answer, and what cannot"
  )

export const HealthApi = HttpApiGroup.make("health")
  .add(
    HttpApiEndpoint.get("live", "/health/live", { success: Schema.Struct({ status: Schema.Literal("ok") }) }).annotate(
      OpenApi.Summary,
      "Whether the process runs"
    )
  )
  .add(ready("ready", "/health/ready"))
  .add(ready("health", "/health"))
  .add(ready("apiHealth", "/api/v1/health"))
  .annotate(RequiredScope, "public")
  .annotate(IsLimited, false)
  .annotateMerge(
    OpenApi.annotations({ title: "Health", description: "Whether the service runs, and whether it can answer." })
  )

/** Makes the check that asks the parts that an answer needs. */
export const makeHealthCheck = Effect.map(SqlClient.SqlClient, (sql) =>
  Effect.map(Effect.isSuccess(Effect.timeout(sql`SELECT 1`, "2 seconds")), (isAnswering): typeof Health.Type => ({
    status: isAnswering ? "ok" : "unavailable",
    checks: { database: isAnswering ? "ok" : "failed" }
  }))
)

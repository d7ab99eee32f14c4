import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { IsLimited, RequiredScope } from "./Access.ts"

/** `degraded`: something does not work, and what the bank and memory hold is answered all the same. */
export const CheckState = Schema.Literals(["ok", "degraded", "failed"])
export type CheckState = typeof CheckState.Type

/** Whether the service can answer, and which part cannot. */
export const Health = Schema.Struct({
  status: Schema.Literals(["ok", "degraded", "unavailable"]),
  checks: Schema.Record(Schema.String, CheckState),
  /** What is wrong, in plain words, of each check that is not `ok`. */
  reasons: Schema.Record(Schema.String, Schema.String)
}).annotate({ identifier: "Health" })
export type Health = typeof Health.Type

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

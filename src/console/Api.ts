import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { RequiredScope } from "../platform/Access.ts"

export const HomeApi = HttpApiGroup.make("home")
  .add(
    HttpApiEndpoint.get("home", "/", {
      success: Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/html; charset=utf-8" }))
    }).annotate(OpenApi.Summary, "The state, a box to ask in, and the OCS configuration")
  )
  .annotate(RequiredScope, "public")
  .annotateMerge(OpenApi.annotations({ title: "Home", description: "The page for people." }))

import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiError, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { ProblemDetails } from "effect/http"
import { IsLimited, OpenToLocal } from "../Access.ts"

/** The figures are for whoever asks from this machine, and for callers with the scope admin. */
export class MetricsForbidden extends HttpApiError.Problem<MetricsForbidden>()(
  "MetricsForbidden",
  { type: ProblemDetails.blankType, status: 403, title: "Forbidden" },
  { detail: Schema.String, request_id: Schema.String }
) {}

const Exposition = Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/plain; version=0.0.4; charset=utf-8" }))

/** What the service does, in figures that Prometheus reads. */
export const MetricsApi = HttpApiGroup.make("metrics")
  .add(
    HttpApiEndpoint.get("metrics", "/metrics", { success: Exposition, error: MetricsForbidden }).annotate(
      OpenApi.Summary,
      "Counters, gauges and histograms in Prometheus' text form"
    )
  )
  .annotate(OpenToLocal, true)
  .annotate(IsLimited, false)
  .annotateMerge(
    OpenApi.annotations({ title: "Metrics", description: "What the service does, in figures that Prometheus reads." })
  )

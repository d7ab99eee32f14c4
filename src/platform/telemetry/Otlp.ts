import { Duration, Effect, Layer, Option, Redacted, References, Tracer } from "effect"
import { HttpClient, HttpMiddleware } from "effect/http"
import { OtlpExporter, OtlpMetrics, OtlpTracer } from "effect/observability"
import { AppConfig } from "../config/AppConfig.ts"
import { Outbound } from "../Outbound.ts"
import { version } from "../version.ts"
import { collectAll } from "./Collectors.ts"
import { exporterClient } from "./exporterClient.ts"
import { headersOf } from "./otlpHeaders.ts"
import { makeRequestTracing, RequestTracing } from "./RequestTracing.ts"
import * as withoutWords from "./withoutWords.ts"

const exportEvery = "10 seconds"

// Spans that nobody takes would still be made, at a third of the cost of a request.
const untraced = Layer.succeed(References.TracerEnabled, false)

/**
 * Traces and metrics by OTLP to the collector of `telemetry.otlp_endpoint`, if there is one: of the requests that are to be
 * traced, and of nothing else. What cannot be sent is dropped; at the end what is left is sent within the drain time.
 */
export const layer: Layer.Layer<never, never, AppConfig | Outbound> = Layer.unwrap(
  Effect.map(AppConfig, ({ server, telemetry }) => {
    const { environment, otlpEndpoint: endpoint, otlpHeaders, sampleRatio, serviceName } = telemetry
    if (endpoint === undefined) return untraced
    const options = {
      resource: {
        serviceName,
        serviceVersion: version,
        attributes: environment === undefined ? {} : { "deployment.environment.name": environment }
      },
      headers: otlpHeaders === undefined ? {} : headersOf(Redacted.value(otlpHeaders)),
      exportInterval: exportEvery,
      shutdownTimeout: Duration.min(server.drain, Duration.seconds(5))
    } as const
    const client = Layer.effect(
      HttpClient.HttpClient,
      Effect.flatMap(Outbound, (outbound) => Effect.map(outbound.clientFor(endpoint, undefined), exporterClient))
    )
    return Layer.mergeAll(
      Layer.effect(
        Tracer.Tracer,
        Effect.map(OtlpTracer.make({ ...options, url: `${endpoint}/v1/traces` }), onlyRequests)
      ),
      Layer.merge(OtlpMetrics.layer({ ...options, url: `${endpoint}/v1/metrics` }), freshGauges),
      Layer.succeed(RequestTracing, makeRequestTracing(sampleRatio)),
      // Its spans show addresses with their queries; `RequestTracing` makes one without.
      Layer.succeed(HttpMiddleware.TracerDisabledWhen, () => true)
    ).pipe(Layer.provide([client, withoutWords.layer, OtlpExporter.layerFlusher]))
  })
)

/** Leaves out what the service does of its own accord. */
const onlyRequests = (tracer: Tracer.Tracer): Tracer.Tracer =>
  Tracer.make({
    ...tracer,
    span: (options) =>
      tracer.span(options.kind === "server" || Option.isSome(options.parent) ? options : { ...options, sampled: false })
  })

/** The exporter of metrics takes them as they are; this has the gauges up to date. */
const freshGauges: Layer.Layer<never> = Layer.effectDiscard(
  Effect.forkScoped(Effect.forever(Effect.andThen(collectAll, Effect.sleep("5 seconds"))))
)

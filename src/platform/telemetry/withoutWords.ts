import { Effect, Layer } from "effect"
import { OtlpSerialization, type OtlpTracer } from "effect/observability"

type Span = OtlpTracer.TraceData["resourceSpans"][number]["scopeSpans"][number]["spans"][number]

/** What an error says may repeat what somebody asked, or what a model said: only what it is and where it came from go out. */
const withoutWordsOf = (span: Span): Span => ({
  ...span,
  status: { code: span.status.code },
  events: span.events.map((event) => ({
    ...event,
    attributes: event.attributes.flatMap((attribute) => {
      if (attribute.key === "exception.message") return []
      const { stringValue } = attribute.value
      return attribute.key === "exception.stacktrace" && typeof stringValue === "string"
        ? [{ ...attribute, value: { stringValue: placesIn(stringValue) } }]
        : [attribute]
    })
  }))
})

/** The lines of a stack that name places in the code. */
export const placesIn = (stack: string): string =>
  stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .join("\n")

/** OTLP as JSON, without the words of errors. */
export const layer: Layer.Layer<OtlpSerialization.OtlpSerialization> = Layer.effect(
  OtlpSerialization.OtlpSerialization,
  Effect.map(OtlpSerialization.OtlpSerialization, (json) => ({
    ...json,
    traces: (data: OtlpTracer.TraceData) =>
      json.traces({
        resourceSpans: data.resourceSpans.map((resource) => ({
          ...resource,
          scopeSpans: resource.scopeSpans.map((scope) => ({ ...scope, spans: scope.spans.map(withoutWordsOf) }))
        }))
      })
  }))
).pipe(Layer.provide(OtlpSerialization.layerJson))

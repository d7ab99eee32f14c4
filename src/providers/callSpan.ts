import { Effect, Exit, References, type Tracer } from "effect"
import type { AttemptRecord } from "./accounting/CallRecord.ts"
import type { ChatRequest } from "./ChatModel.ts"

/** How the platforms are named in OpenTelemetry's conventions, where they name them. */
const systems: ReadonlyMap<string, string> = new Map([
  ["openai", "openai"],
  ["anthropic", "anthropic"],
  ["google", "gcp.gemini"],
  ["deepseek", "deepseek"],
  ["groq", "groq"],
  ["mistral", "mistral_ai"],
  ["xai", "x_ai"],
  ["perplexity", "perplexity"]
])

interface SpanOptions {
  readonly provider: string
  readonly preset: string
  readonly model: string
  readonly request: ChatRequest
}

/**
 * The span of one request to a platform, by OpenTelemetry's conventions for generative AI. Nothing that was asked or said is in
 * it. It is ended by `endSpan`. There is none where nobody takes traces.
 */
export const callSpan = (options: SpanOptions): Effect.Effect<Tracer.Span | undefined> =>
  Effect.withFiber((fiber) => (fiber.getRef(References.TracerEnabled) ? makeSpan(options) : Effect.undefined))

const makeSpan = ({ model, preset, provider, request }: SpanOptions): Effect.Effect<Tracer.Span> => {
  const system = systems.get(preset) ?? preset
  return Effect.makeSpan(`chat ${model}`, {
    kind: "client",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.system": system,
      "gen_ai.provider.name": system,
      "gen_ai.request.model": model,
      "siku.provider": provider,
      ...(request.temperature === undefined ? {} : { "gen_ai.request.temperature": request.temperature }),
      ...(request.maxTokens === undefined ? {} : { "gen_ai.request.max_tokens": request.maxTokens })
    }
  })
}

/** Ends the span of an attempt with what it came to; `now` is nanoseconds since 1970. */
export const endSpan = (
  span: Tracer.Span | undefined,
  { cost, firstByteMillis, outcome, usage }: AttemptRecord,
  now: bigint
): void => {
  if (span === undefined) return
  span.attribute("gen_ai.usage.input_tokens", usage.promptTokens)
  span.attribute("gen_ai.usage.output_tokens", usage.completionTokens)
  if (cost !== undefined) span.attribute("siku.cost_micro_usd", cost)
  if (firstByteMillis !== undefined) span.attribute("gen_ai.response.time_to_first_chunk", firstByteMillis / 1000)
  if (outcome === "answered") return span.end(now, Exit.void)
  span.attribute("error.type", outcome)
  span.end(now, outcome === "interrupted" ? Exit.interrupt() : Exit.fail(outcome))
}

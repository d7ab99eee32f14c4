import { type Context, Metric } from "effect"
import { boundedLabels } from "../../platform/telemetry/boundedLabels.ts"
import type { AttemptRecord, CallRecord } from "./CallRecord.ts"

// Callers may name models as they like.
const mostModels = 100

const boundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300]

const counter = (name: string, description: string, attributes: Record<string, string>) =>
  Metric.counter(name, { description, incremental: true, attributes })

const makeModelSeries = (provider: string, model: string) => {
  const labels = { provider, model }
  const tokens = (kind: string) => counter("siku_model_tokens_total", "Tokens used", { ...labels, kind })
  const outcomes = new Map<string, ReturnType<typeof counter>>()
  return {
    outcome: (outcome: string) => {
      const known =
        outcomes.get(outcome) ??
        counter("siku_model_attempts_total", "Requests to a model, by how they ended", { ...labels, outcome })
      outcomes.set(outcome, known)
      return known
    },
    prompt: tokens("prompt"),
    completion: tokens("completion"),
    cached: tokens("cached"),
    reasoning: tokens("reasoning"),
    cost: counter("siku_model_cost_micro_usd_total", "Cost where a price is known, in millionths of a USD", labels),
    seconds: Metric.histogram("siku_model_attempt_seconds", {
      description: "Time of one request to a model, in seconds",
      boundaries,
      attributes: labels
    })
  }
}

const makeRoleSeries = (role: string) => {
  const outcomes = new Map<string, ReturnType<typeof counter>>()
  return {
    outcome: (outcome: string) => {
      const known =
        outcomes.get(outcome) ??
        counter("siku_model_calls_total", "Calls of models with all their attempts, by how they ended", {
          role,
          outcome
        })
      outcomes.set(outcome, known)
      return known
    },
    seconds: Metric.histogram("siku_model_call_seconds", {
      description: "Time of one call of a model with all its attempts, in seconds",
      boundaries,
      attributes: { role }
    })
  }
}

/** Counts calls of models as they end. The labels are bounded: of a hundredth and later model all figures go to `other`. */
export const makeCallMetrics = (context: Context.Context<never>) => {
  const labelOf = boundedLabels(mostModels)
  const models = new Map<string, ReturnType<typeof makeModelSeries>>()
  const roles = new Map<string, ReturnType<typeof makeRoleSeries>>()

  const modelSeries = ({ model, provider }: AttemptRecord) => {
    const label = labelOf(model)
    const key = `${provider}/${label}`
    const series = models.get(key) ?? makeModelSeries(provider, label)
    models.set(key, series)
    return series
  }

  const countAttempt = (attempt: AttemptRecord): void => {
    const series = modelSeries(attempt)
    const { cachedTokens, completionTokens, promptTokens, reasoningTokens } = attempt.usage
    series.outcome(attempt.outcome).updateUnsafe(1, context)
    series.prompt.updateUnsafe(promptTokens, context)
    series.completion.updateUnsafe(completionTokens, context)
    series.cached.updateUnsafe(cachedTokens, context)
    series.reasoning.updateUnsafe(reasoningTokens, context)
    series.cost.updateUnsafe(attempt.cost ?? 0, context)
    series.seconds.updateUnsafe(attempt.elapsedMillis / 1000, context)
  }

  return (call: CallRecord): void => {
    const series = roles.get(call.role) ?? makeRoleSeries(call.role)
    roles.set(call.role, series)
    series.outcome(call.outcome).updateUnsafe(1, context)
    series.seconds.updateUnsafe(call.elapsedMillis / 1000, context)
    for (const attempt of call.attempts) countAttempt(attempt)
  }
}

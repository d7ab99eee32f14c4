import { Context, Effect, Layer, Metric } from "effect"
import { Draining } from "./Draining.ts"
import type { CheckState, Health } from "./Health.ts"
import { type CheckResult, failed, type HealthCheck, HealthChecks } from "./HealthChecks.ts"
import { collecting } from "./telemetry/Collectors.ts"

const longestCheck = "2 seconds"
const goodFor = "1 second"

/** Whether the service can answer, and what cannot. */
export class Readiness extends Context.Service<
  Readiness,
  {
    /** Runs all checks, once a second at most however many ask. */
    readonly check: Effect.Effect<Health>
  }
>()("siku/platform/Readiness") {
  static readonly layer: Layer.Layer<Readiness, never, Draining> = Layer.effect(
    Readiness,
    Effect.gen(function* () {
      const checks = yield* HealthChecks
      const { isDraining } = yield* Draining
      const all = yield* Effect.cachedWithTTL(
        Effect.suspend(() => Effect.forEach(checks, runCheck, { concurrency: "unbounded" })),
        goodFor
      )
      const check = Effect.map(all, (results) =>
        healthOf(isDraining() ? [...results, ["shutdown", failed("it is shutting down")] as const] : results)
      )
      const gauges = makeGauges()
      yield* collecting(Effect.flatMap(check, gauges))
      return Readiness.of({ check })
    })
  )
}

const runCheck = ({ name, run }: HealthCheck) =>
  run.pipe(
    Effect.timeoutOrElse({ duration: longestCheck, orElse: () => Effect.succeed(failed("it did not answer in time")) }),
    Effect.catchCause((cause) =>
      Effect.as(Effect.logWarning(`the check of ${name} failed`, cause), failed("it could not be checked"))
    ),
    Effect.map((result) => [name, result] as const)
  )

/** Everything together: one part that failed and the service cannot answer. */
export const healthOf = (results: ReadonlyArray<readonly [string, CheckResult | undefined]>): Health => {
  const checks: Record<string, CheckState> = {}
  const reasons: Record<string, string> = {}
  for (const [name, result] of results) {
    if (result === undefined) continue
    checks[name] = result.state
    if (result.reason !== undefined) reasons[name] = result.reason
  }
  const states = new Set(Object.values(checks))
  return { status: states.has("failed") ? "unavailable" : states.has("degraded") ? "degraded" : "ok", checks, reasons }
}

const worth: Record<CheckState, number> = { ok: 1, degraded: 0.5, failed: 0 }

const ready = Metric.gauge("siku_ready", { description: "1 when the service can answer, 0 when it cannot" })

const makeGauges = () => {
  const made = new Map<string, Metric.Gauge<number>>()
  const gaugeOf = (check: string) => {
    const known = made.get(check)
    if (known !== undefined) return known
    const description = "What a check of the service came to: 1 ok, 0.5 degraded, 0 failed"
    const gauge = Metric.gauge("siku_health_check", { description, attributes: { check } })
    made.set(check, gauge)
    return gauge
  }
  return Effect.fnUntraced(function* ({ checks, status }: Health) {
    yield* Metric.update(ready, status === "unavailable" ? 0 : 1)
    for (const [check, state] of Object.entries(checks)) yield* Metric.update(gaugeOf(check), worth[state])
  })
}

import { Effect, Metric, type Scope } from "effect"
import type { CircuitBreaker } from "effect/persistence"
import { type CheckResult, checking, degraded, ok } from "../platform/HealthChecks.ts"
import { collecting } from "../platform/telemetry/Collectors.ts"
import { steadyNow } from "../platform/steadyTime.ts"
import type { KeyRing } from "./policy/KeyRing.ts"
import type { KeyState } from "./policy/KeyState.ts"

const keyConditions = ["usable", "resting", "refused", "open", "half_open"] as const
type KeyCondition = (typeof keyConditions)[number]

const makeGauges = (provider: string) => ({
  keys: keyConditions.map((state) => ({
    state,
    gauge: Metric.gauge("siku_provider_keys", {
      description: "Keys of a provider: usable, at rest, refused by it, or left alone by the circuit breaker",
      attributes: { provider, state }
    })
  })),
  inFlight: Metric.gauge("siku_model_calls_in_flight", {
    description: "Requests to a provider that are being answered",
    attributes: { provider }
  }),
  waiting: Metric.gauge("siku_model_calls_waiting", {
    description: "Requests to a provider that wait for their turn",
    attributes: { provider }
  })
})

/** Shows how the keys of all providers in use stand, in the metrics and to whoever asks whether the service is ready. */
export const watchProviders = Effect.fnUntraced(function* (
  providers: () => ReadonlyMap<string, { readonly keys: KeyRing }>,
  circuit: (name: string) => Effect.Effect<CircuitBreaker.State>
): Effect.fn.Return<void, never, Scope.Scope> {
  const gauges = new Map<string, ReturnType<typeof makeGauges>>()

  const conditionOf = Effect.fnUntraced(function* (state: KeyState, now: number) {
    if (state.asideUntil > now) return "refused"
    if (state.restsUntil > now) return "resting"
    const { _tag } = yield* circuit(state.circuit)
    return _tag === "Closed" ? "usable" : _tag === "Open" ? "open" : "half_open"
  })
  const conditionsOf = (states: ReadonlyArray<KeyState>): Effect.Effect<ReadonlyArray<KeyCondition>> =>
    Effect.flatMap(steadyNow, (now) => Effect.forEach(states, (state) => conditionOf(state, now)))

  const collect = Effect.gen(function* () {
    const current = providers()
    for (const provider of current.keys()) if (!gauges.has(provider)) gauges.set(provider, makeGauges(provider))
    for (const [provider, { inFlight, keys, waiting }] of gauges) {
      // Of one that is in use no more nothing is left but zeros.
      const states = current.get(provider)?.keys.states ?? []
      const conditions = yield* conditionsOf(states)
      for (const { gauge, state } of keys) {
        yield* Metric.update(gauge, conditions.filter((condition) => condition === state).length)
      }
      yield* Metric.update(
        inFlight,
        states.reduce((sum, state) => sum + state.inFlight, 0)
      )
      yield* Metric.update(
        waiting,
        states.reduce((sum, state) => sum + waitingOf(state), 0)
      )
    }
  })

  const check: Effect.Effect<CheckResult | undefined> = Effect.gen(function* () {
    const troubles: Array<string> = []
    for (const [provider, { keys }] of providers()) {
      const conditions = yield* conditionsOf(keys.states)
      if (conditions.includes("usable") || conditions.includes("resting")) return ok
      troubles.push(`${provider} ${words[conditions[0] ?? "refused"]}`)
    }
    // Nobody has set one up: the bank answers all the same.
    return troubles.length === 0 ? undefined : degraded(`no model can be asked: ${troubles.join(", ")}`)
  })

  yield* collecting(collect)
  yield* checking("providers", check)
})

// A call counts as waiting until it has its place, also where one is free.
const waitingOf = ({ concurrency, inFlight, waiting }: KeyState): number => (inFlight < concurrency ? 0 : waiting)

const words: Record<KeyCondition, string> = {
  usable: "can be asked",
  resting: "wants a pause",
  refused: "refuses its key",
  open: "is left alone after too many failures",
  half_open: "is being tried again after too many failures"
}

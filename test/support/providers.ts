import { Array as Arr, Duration, Effect, Layer, Option, Redacted } from "effect"
import { CircuitBreaker } from "effect/persistence"
import type { Upstream } from "../../scripts/upstream/Upstream.ts"
import { presets } from "../../src/platform/config/Presets.ts"
import type { BreakerSettings, Price, ProviderSettings } from "../../src/platform/config/Settings.ts"
import { Outbound } from "../../src/platform/Outbound.ts"
import { makeKeyRing } from "../../src/providers/policy/KeyRing.ts"
import { makeKeyStates } from "../../src/providers/policy/KeyState.ts"
import { makeProviderModel, type ProviderModelParts } from "../../src/providers/ProviderModel.ts"

/** The preset that stands for each family, and its base URL at an upstream. */
export const families = {
  custom: ({ url }: Upstream) => url,
  google: ({ port }: Upstream) => `http://127.0.0.1:${port}/v1beta`,
  anthropic: ({ url }: Upstream) => url
}
export type FamilyName = keyof typeof families
export const familyNames = ["custom", "google", "anthropic"] as const

/** A way out without proxies. */
export const directOutbound: Layer.Layer<Outbound> = Layer.effect(
  Outbound,
  Outbound.make({ noProxy: [], connectTimeout: Duration.seconds(5) })
)

/** A breaker that stays closed whatever a test does. */
export const noBreaker: BreakerSettings = {
  failureRatio: 1,
  window: 1000,
  minimumCalls: 1000,
  open: Duration.seconds(15)
}

export interface TestProvider {
  readonly id?: string
  readonly family?: FamilyName
  readonly keys?: ReadonlyArray<string>
  readonly maxRetries?: number
  readonly timeoutMillis?: number
  readonly stallMillis?: number
  readonly maxTokens?: number
  readonly concurrency?: number
  readonly queue?: number
  readonly breaker?: BreakerSettings
  readonly prices?: Readonly<Record<string, Price>>
}

export const providerSettings = (baseUrl: string, options: TestProvider = {}): ProviderSettings => {
  const { family = "custom", timeoutMillis = 2000 } = options
  return {
    id: options.id ?? family,
    name: family,
    preset: Option.getOrThrow(Option.fromUndefinedOr(presets.get(family))),
    baseUrl,
    apiKeys: (options.keys ?? ["sk-a-key-of-a-test"]).map((key) => Redacted.make(key)),
    model: "m",
    maxTokens: options.maxTokens,
    temperature: undefined,
    timeout: Duration.millis(timeoutMillis),
    stallTimeout: Duration.millis(options.stallMillis ?? timeoutMillis),
    maxRetries: options.maxRetries ?? 0,
    concurrency: options.concurrency ?? 1000,
    proxy: undefined,
    prices: new Map(Object.entries(options.prices ?? {}))
  }
}

/** A model at this address by this way to it, and the keys that it takes. */
export const providerWith = Effect.fnUntraced(function* (
  exchange: ProviderModelParts["exchange"],
  baseUrl: string,
  options: TestProvider = {}
) {
  const settings = providerSettings(baseUrl, options)
  const store = yield* CircuitBreaker.CircuitBreakerStore
  const keyStates = makeKeyStates()
  const values = settings.apiKeys.length === 0 ? [undefined] : settings.apiKeys.map(Redacted.value)
  const states = yield* Effect.forEach(values, (key) => keyStates.get(settings.id, key, settings.concurrency))
  if (!Arr.isArrayNonEmpty(states)) return yield* Effect.die(new Error("a provider without keys"))
  const keys = makeKeyRing({
    states,
    store,
    breaker: options.breaker ?? noBreaker,
    queue: options.queue ?? 1000
  })
  return { model: makeProviderModel({ settings, model: settings.model, keys, exchange }), keys, store }
}, Effect.provide(CircuitBreaker.layerStoreMemory()))

/** A model at this address, and the keys that it takes. */
export const providerAt = (baseUrl: string, options: TestProvider = {}) =>
  Effect.flatMap(Outbound, (outbound) => providerWith(outbound.exchangeFor(baseUrl, undefined), baseUrl, options))

/** A model of a family at an upstream. */
export const modelAt = (server: Upstream, options: TestProvider = {}) =>
  Effect.map(providerAt(families[options.family ?? "custom"](server), options), ({ model }) => model)

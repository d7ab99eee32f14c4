import { Duration, Effect, Redacted } from "effect"
import type { CircuitBreaker } from "effect/persistence"
import type { ProviderEntry, ProviderSettings, ProviderStatus } from "../../platform/config/Settings.ts"
import { steadyNow } from "../../platform/steadyTime.ts"
import { Catalog } from "../Catalog.ts"
import type { KeyState } from "../policy/KeyState.ts"
import { maskKey } from "../policy/maskKey.ts"
import type { Provider } from "./Api.ts"
import { keysOfEntry, maskProxy } from "./entryFields.ts"
import { ProviderAdmin, type Providers } from "./ProviderAdmin.ts"

type ProviderView = typeof Provider.Type
type KeyView = ProviderView["keys"][number]

/** Every provider as it is shown: no secret is in it. */
export const viewAll = Effect.gen(function* () {
  const admin = yield* ProviderAdmin
  const catalog = yield* Catalog
  const all = yield* admin.all
  const { ai } = all
  const views: Array<ProviderView> = []
  for (const status of ai.entries) {
    const settings = ai.providers.find(({ id }) => id === status.id)
    const ring = yield* catalog.keysOf(status.id)
    const keys = ring === undefined ? unusedKeys(status.entry) : yield* Effect.forEach(ring.states, viewKey)
    views.push(viewOf(status, settings, keys, all, status.id === ai.providers[0]?.id))
  }
  for (const [id, problem] of all.unusable) {
    if (!ai.entries.some((status) => status.id === id)) views.push(viewUnusable(id, problem))
  }
  const roles = Object.fromEntries(
    Object.entries(ai.roles).map(([role, { chain }]) => [
      role,
      chain.map(({ model, provider }) => {
        const own = ai.providers.find(({ id }) => id === provider)?.model
        return `${provider}/${model ?? own ?? ""}`
      })
    ])
  )
  return { providers: views, roles }
})

const viewKey = Effect.fnUntraced(function* (state: KeyState) {
  const catalog = yield* Catalog
  const now = yield* steadyNow
  const circuit = yield* catalog.circuit(state.circuit)
  const waits = [
    state.asideUntil - now,
    state.restsUntil - now,
    circuit._tag === "Open" ? Duration.toMillis(circuit.retryAfter) : 0
  ]
  const longest = Math.max(0, ...waits)
  return {
    key: state.label ?? null,
    state: state.asideUntil > now ? "put_aside" : state.restsUntil > now ? "resting" : "ready",
    breaker: breakerWords[circuit._tag],
    retry_in_ms: longest > 0 ? longest : null,
    in_flight: state.inFlight,
    waiting: state.waiting,
    last_success_at: state.lastSuccessAt ?? null,
    last_failure:
      state.lastFailure === undefined
        ? null
        : {
            at: state.lastFailure.at,
            reason: state.lastFailure.reason._tag,
            detail: state.lastFailure.reason.detail
          }
  } satisfies KeyView
})

const breakerWords: Record<CircuitBreaker.State["_tag"], KeyView["breaker"]> = {
  Closed: "closed",
  Open: "open",
  HalfOpen: "half_open"
}

const unusedKeys = (entry: ProviderEntry): ReadonlyArray<KeyView> =>
  keysOfEntry(entry).map((key) => ({
    key: maskKey(key),
    state: "unused",
    breaker: "closed",
    retry_in_ms: null,
    in_flight: 0,
    waiting: 0,
    last_success_at: null,
    last_failure: null
  }))

const viewOf = (
  { entry, id, preset, state }: ProviderStatus,
  settings: ProviderSettings | undefined,
  keys: ReadonlyArray<KeyView>,
  { configured, stored, unusable }: Providers,
  isDefault: boolean
): ProviderView => ({
  id,
  name: settings?.name ?? entry.name ?? preset?.name ?? id,
  preset: preset?.key ?? null,
  state,
  problem: unusable.get(id) ?? null,
  default: isDefault,
  source: !stored.has(id) ? "configuration" : configured.has(id) ? "both" : "stored",
  enabled: entry.enabled ?? true,
  base_url: settings?.baseUrl ?? entry.baseUrl ?? preset?.baseUrl ?? null,
  model: settings?.model ?? entry.model ?? preset?.model ?? null,
  keys,
  max_tokens: entry.maxTokens ?? null,
  temperature: entry.temperature ?? null,
  timeout: secondsOf(settings?.timeout ?? entry.timeout),
  stall_timeout: secondsOf(settings?.stallTimeout ?? entry.stallTimeout),
  max_retries: settings?.maxRetries ?? entry.maxRetries ?? null,
  concurrency: settings?.concurrency ?? entry.concurrency ?? null,
  proxy:
    entry.proxy === undefined ? null : entry.proxy === "direct" ? "direct" : maskProxy(Redacted.value(entry.proxy)),
  fallback:
    entry.fallback?.map(({ model, provider }) => (model === undefined ? provider : `${provider}/${model}`)) ?? null,
  prices: Object.fromEntries(
    [...(settings?.prices ?? [])].map(([model, { cachedInput, cacheWrite, hourCacheWrite, input, output }]) => [
      model,
      {
        input,
        output,
        ...(cachedInput === undefined ? {} : { cached_input: cachedInput }),
        ...(cacheWrite === undefined ? {} : { cache_write: cacheWrite }),
        ...(hourCacheWrite === undefined ? {} : { cache_write_1h: hourCacheWrite })
      }
    ])
  )
})

const secondsOf = (duration: Duration.Duration | undefined): number | null =>
  duration === undefined ? null : Duration.toSeconds(duration)

const viewUnusable = (id: string, problem: string): ProviderView => ({
  id,
  name: id,
  preset: null,
  state: "wrong",
  problem,
  default: false,
  source: "stored",
  enabled: false,
  base_url: null,
  model: null,
  keys: [],
  max_tokens: null,
  temperature: null,
  timeout: null,
  stall_timeout: null,
  max_retries: null,
  concurrency: null,
  proxy: null,
  fallback: null,
  prices: {}
})

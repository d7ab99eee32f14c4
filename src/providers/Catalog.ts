import { Array as Arr, Context, Effect, Layer, Option, Redacted } from "effect"
import { CircuitBreaker } from "effect/persistence"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { type Role, roles } from "../platform/config/Roles.ts"
import type { AiSettings, ModelRef, ProviderSettings } from "../platform/config/Settings.ts"
import { Outbound } from "../platform/Outbound.ts"
import { accounted } from "./accounting/accounted.ts"
import { CallLedger } from "./accounting/CallLedger.ts"
import type { ChatModel } from "./ChatModel.ts"
import { withFallback } from "./policy/fallback.ts"
import { withHedge } from "./policy/hedge.ts"
import { type KeyRing, makeKeyRing } from "./policy/KeyRing.ts"
import { makeKeyStates } from "./policy/KeyState.ts"
import { makeProviderModel } from "./ProviderModel.ts"

/**
 * The models that are set up, each with everything around it: time-outs, keys, retries, breakers, fallback, the hedge where
 * it is on, and the ledger. Settings may change at any time: who asks for a model anew gets it by the new ones, calls in
 * progress end by the old ones.
 */
export class Catalog extends Context.Service<
  Catalog,
  {
    /** The chain of models of a role; none when no provider is set up. */
    readonly forRole: (role: Role) => Effect.Effect<Option.Option<ChatModel>>
    /** The model of a name: `<provider>` (its own model) or `<provider>/<model>`. Nobody stands in for it. */
    readonly find: (role: CallRole, name: string) => Effect.Effect<Option.Option<ChatModel>>
    /** The keys of a provider as they stand; `undefined` where it is not in use. */
    readonly keysOf: (provider: string) => Effect.Effect<KeyRing | undefined>
    /** The circuit of a key. */
    readonly circuit: (name: string) => Effect.Effect<CircuitBreaker.State>
    /** Puts other settings in the place of those that hold. */
    readonly install: (settings: AiSettings) => Effect.Effect<void>
  }
>()("siku/providers/Catalog") {
  static readonly layer: Layer.Layer<Catalog, never, AppConfig | CallLedger | Outbound> = Layer.effect(
    Catalog,
    Effect.suspend(() => make)
  ).pipe(Layer.provide(CircuitBreaker.layerStoreMemory()))
}

/** What a call is made for, as the ledger names it: a role, or the test of a provider. */
export type CallRole = Role | "test"

interface Provider {
  readonly settings: ProviderSettings
  readonly keys: KeyRing
}

/** What stands after one `install`. */
interface Installed {
  readonly settings: AiSettings
  readonly providers: ReadonlyMap<string, Provider>
  readonly chains: ReadonlyMap<Role, ChatModel>
}

const onlyOnce = { maxRetries: 0, timeout: undefined }

const make = Effect.gen(function* () {
  const { ai } = yield* AppConfig
  const ledger = yield* CallLedger
  const outbound = yield* Outbound
  const store = yield* CircuitBreaker.CircuitBreakerStore
  const keyStates = makeKeyStates()

  const modelOf = ({ keys, settings }: Provider, model: string | undefined): ChatModel =>
    makeProviderModel({
      settings,
      model: model ?? settings.model,
      keys,
      client: outbound.clientFor(settings.baseUrl, settings.proxy)
    })

  const makeProvider = Effect.fnUntraced(function* (
    settings: ProviderSettings,
    { breaker, queue }: Pick<AiSettings, "breaker" | "queue">
  ) {
    const { apiKeys, concurrency, id } = settings
    const values = apiKeys.length === 0 ? [undefined] : apiKeys.map(Redacted.value)
    const states = yield* Effect.forEach(values, (key) => keyStates.get(id, key, concurrency))
    if (!Arr.isArrayNonEmpty(states)) return undefined
    return { settings, keys: makeKeyRing({ states, store, breaker, queue }) }
  })

  const prepare = Effect.fnUntraced(function* (settings: AiSettings) {
    const providers = new Map<string, Provider>()
    for (const each of settings.providers) {
      const provider = yield* makeProvider(each, settings)
      if (provider !== undefined) providers.set(each.id, provider)
    }
    const chains = new Map<Role, ChatModel>()
    for (const role of roles) {
      const chain = settings.roles[role].chain.flatMap(modelsOf(providers))
      if (!Arr.isArrayNonEmpty(chain)) continue
      const model = withFallback(chain)
      chains.set(role, account(settings.roles[role].hedge ? withHedge(model) : model, role, settings))
    }
    keyStates.keepOnly(new Set([...providers.values()].flatMap(({ keys }) => keys.states)))
    return { settings, providers, chains } satisfies Installed
  })

  const modelsOf =
    (providers: Installed["providers"]) =>
    ({ model, provider }: ModelRef): ReadonlyArray<ChatModel> => {
      const found = providers.get(provider)
      return found === undefined ? [] : [modelOf(found, model)]
    }

  const account = (model: ChatModel, role: CallRole, settings: AiSettings) => {
    const { maxRetries, timeout } = role === "test" ? onlyOnce : settings.roles[role]
    return accounted(model, { role, limits: { maxRetries, timeout }, ledger })
  }

  let installed = yield* prepare(ai)

  return Catalog.of({
    forRole: (role) => Effect.sync(() => Option.fromUndefinedOr(installed.chains.get(role))),
    find: (role, name) =>
      Effect.sync(() => {
        const slash = name.indexOf("/")
        const [provider, model] = slash < 0 ? [name, undefined] : [name.slice(0, slash), name.slice(slash + 1)]
        const found = installed.providers.get(provider)
        return found === undefined || model === ""
          ? Option.none()
          : Option.some(account(modelOf(found, model), role, installed.settings))
      }),
    keysOf: (provider) => Effect.sync(() => installed.providers.get(provider)?.keys),
    circuit: (name) => Effect.orDie(store.state(name)),
    install: (settings) =>
      Effect.map(prepare(settings), (next) => {
        installed = next
      })
  })
})

import { Array as Arr, Context, Effect, Layer, Option, Redacted } from "effect"
import { CircuitBreaker } from "effect/persistence"
import { Credit } from "../accounts/credit/Credit.ts"
import { guardPolicyOf } from "../platform/AddressGuard.ts"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { type Role, roles } from "../platform/config/Roles.ts"
import type { AiSettings, ModelRef, Price, ProviderSettings } from "../platform/config/Settings.ts"
import { Outbound } from "../platform/Outbound.ts"
import { onSteadyTime } from "../platform/steadyTime.ts"
import { accounted } from "./accounting/accounted.ts"
import { CallLedger } from "./accounting/CallLedger.ts"
import { priceOf } from "./accounting/price.ts"
import type { CallRole } from "./CallRole.ts"
import type { ChatModel } from "./ChatModel.ts"
import { DEMO, demoModel, demoPrice } from "./demo/demoModel.ts"
import { withFallback } from "./policy/fallback.ts"
import { withHedge } from "./policy/hedge.ts"
import { type KeyRing, makeKeyRing } from "./policy/KeyRing.ts"
import { makeKeyStates } from "./policy/KeyState.ts"
import { guardingImages } from "./imageGuard.ts"
import { makeProviderModel } from "./ProviderModel.ts"
import { watchProviders } from "./watchProviders.ts"
import { withDefaults } from "./withDefaults.ts"

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
    /**
     * The model of a name: `<provider>` (its own model) or `<provider>/<model>`. Nobody stands in for it. `demo` is the demo
     * model, which is always there and in no chain.
     */
    readonly find: (role: CallRole, name: string) => Effect.Effect<Option.Option<ChatModel>>
    /**
     * What a call in a role, or of the model named `through`, costs at most, in USD per million tokens: the highest prices of all
     * models that may be asked. `undefined` where one has no price, or there is none to ask.
     */
    readonly priceOf: (role: Role, through?: string) => Effect.Effect<CallPrice | undefined>
    /** The keys of a provider as they stand; `undefined` where it is not in use. */
    readonly keysOf: (provider: string) => Effect.Effect<KeyRing | undefined>
    /** The circuit of a key. */
    readonly circuit: (name: string) => Effect.Effect<CircuitBreaker.State>
    /** Puts other settings in the place of those that hold. */
    readonly install: (settings: AiSettings) => Effect.Effect<void>
  }
>()("siku/providers/Catalog") {
  static readonly layer: Layer.Layer<Catalog, never, AppConfig | CallLedger | Credit | Outbound> = Layer.effect(
    Catalog,
    Effect.suspend(() => make)
  ).pipe(Layer.provide(CircuitBreaker.layerStoreMemory()))
}

/** In USD per million tokens, which is micro-USD per token. */
export type CallPrice = Pick<Price, "input" | "output">

interface Provider {
  readonly settings: ProviderSettings
  readonly keys: KeyRing
}

/** Models by role and name that are kept made; callers may name as many as they like. */
const mostNamed = 200

/** What stands after one `install`. */
interface Installed {
  readonly settings: AiSettings
  readonly providers: ReadonlyMap<string, Provider>
  readonly chains: ReadonlyMap<Role, ChatModel>
  /** Those that were asked for by name. */
  readonly named: Map<string, ChatModel>
}

const refOf = (name: string): ModelRef => {
  const slash = name.indexOf("/")
  return slash < 0
    ? { provider: name, model: undefined }
    : { provider: name.slice(0, slash), model: name.slice(slash + 1) }
}

const highestPrice = (
  chain: ReadonlyArray<ModelRef>,
  settingsOf: (id: string) => ProviderSettings | undefined
): CallPrice | undefined => {
  const prices = chain.map(({ model, provider }) => {
    const settings = settingsOf(provider)
    return settings && priceOf(settings.prices, model ?? settings.model)
  })
  let highest: CallPrice | undefined
  for (const price of prices) {
    if (price === undefined) return undefined
    highest = {
      input: Math.max(price.input, highest?.input ?? 0),
      output: Math.max(price.output, highest?.output ?? 0)
    }
  }
  return highest
}

/** How calls are made that no setting speaks of: a test once, a turn of a conversation as its provider says. */
const unset = { maxRetries: undefined, timeout: undefined, temperature: undefined, maxTokens: undefined }
const withoutSettings = { test: { ...unset, maxRetries: 0 }, chat: unset }

const make = Effect.gen(function* () {
  const { ai, security } = yield* AppConfig
  const imagePolicy = guardPolicyOf(security)
  const credit = yield* Credit
  const ledger = yield* CallLedger
  const outbound = yield* Outbound
  const store = yield* CircuitBreaker.CircuitBreakerStore
  const keyStates = makeKeyStates()

  const modelOf = ({ keys, settings }: Provider, model: string | undefined): ChatModel =>
    guardingImages(
      makeProviderModel({
        settings,
        model: model ?? settings.model,
        keys,
        exchange: outbound.exchangeFor(settings.baseUrl, settings.proxy, settings.guarded)
      }),
      imagePolicy
    )

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
    return { settings, providers, chains, named: new Map() } satisfies Installed
  })

  const modelsOf =
    (providers: Installed["providers"]) =>
    ({ model, provider }: ModelRef): ReadonlyArray<ChatModel> => {
      const found = providers.get(provider)
      return found === undefined ? [] : [modelOf(found, model)]
    }

  const account = (model: ChatModel, role: CallRole, settings: AiSettings) => {
    const { maxRetries, timeout, ...defaults } =
      role === "test" || role === "chat" ? withoutSettings[role] : settings.roles[role]
    return accounted(withDefaults(model, defaults), { role, limits: { maxRetries, timeout }, ledger, credit })
  }

  const makeNamed = (role: CallRole, name: string, { providers, settings }: Installed): ChatModel | undefined => {
    if (name === DEMO) return account(demoModel(role), role, settings)
    const { model, provider } = refOf(name)
    const found = providers.get(provider)
    return found === undefined || model === "" ? undefined : account(modelOf(found, model), role, settings)
  }

  let installed: Installed = yield* prepare(ai)
  const circuit = (name: string) => Effect.orDie(onSteadyTime(store.state(name)))
  yield* watchProviders(() => installed.providers, circuit)

  return Catalog.of({
    forRole: (role) => Effect.sync(() => Option.fromUndefinedOr(installed.chains.get(role))),
    find: (role, name) =>
      Effect.sync(() => {
        const { named } = installed
        const key = `${role} ${name}`
        const known = named.get(key)
        if (known !== undefined) return Option.some(known)
        const made = makeNamed(role, name, installed)
        if (made === undefined) return Option.none()
        if (named.size >= mostNamed) named.clear()
        named.set(key, made)
        return Option.some(made)
      }),
    priceOf: (role, through) =>
      Effect.sync(() =>
        through === DEMO
          ? demoPrice
          : highestPrice(
              through === undefined ? installed.settings.roles[role].chain : [refOf(through)],
              (id) => installed.providers.get(id)?.settings
            )
      ),
    keysOf: (provider) => Effect.sync(() => installed.providers.get(provider)?.keys),
    circuit,
    install: (settings) =>
      Effect.map(prepare(settings), (next) => {
        installed = next
      })
  })
})

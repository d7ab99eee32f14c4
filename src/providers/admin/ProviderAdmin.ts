import { Context, Duration, Effect, Layer, Option, Redacted, Result, Semaphore } from "effect"
import { AddressGuard } from "../../platform/AddressGuard.ts"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import { type ConfigProblem, describeProblem } from "../../platform/config/ConfigProblems.ts"
import type { ProviderStatus, Settings } from "../../platform/config/Settings.ts"
import { defaultProviderCell, readProviderCells } from "../../platform/config/StoredCells.ts"
import { LiveSettings, type Overlay } from "../../platform/settings/LiveSettings.ts"
import { steadyNow } from "../../platform/steadyTime.ts"
import { CannotOpen } from "../../platform/Vault.ts"
import type { Receipt } from "../ChatModel.ts"
import { Catalog } from "../Catalog.ts"
import { excerpt } from "../excerpt.ts"
import { withDeadline } from "../policy/CallLimits.ts"
import type { ProviderError } from "../ProviderError.ts"
import { keysOfEntry, mergeFields, type Secrets } from "./entryFields.ts"
import { examineAddresses } from "./examineAddresses.ts"
import { BadProvider, ProviderConfigured, ProviderExists, ProviderNotReady, UnknownProvider } from "./errors.ts"
import { keysIn, strayKeys } from "./keyWays.ts"
import { type Fields, ProviderStore, type StoredEntry } from "./ProviderStore.ts"

/** What came of asking a provider something small. */
export interface ProviderTest {
  readonly model: string
  readonly elapsedMillis: number
  readonly result: Result.Result<{ readonly text: string; readonly receipt: Receipt | undefined }, ProviderError>
}

/** All providers as they stand, from the configuration and from what was stored over it. */
export interface Providers {
  readonly ai: Settings["ai"]
  /** Ids that stand in the configuration. */
  readonly configured: ReadonlySet<string>
  /** Ids that have something stored. */
  readonly stored: ReadonlySet<string>
  /** What is stored but cannot be used, by id. */
  readonly unusable: ReadonlyMap<string, string>
}

type Changing<E> = Effect.Effect<void, E | BadProvider>

/**
 * Providers while the service runs: what is changed here lies over the configuration, is checked as strictly, is stored, and
 * holds for every call from then on. A change that would be wrong changes nothing.
 */
export class ProviderAdmin extends Context.Service<
  ProviderAdmin,
  {
    readonly all: Effect.Effect<Providers>
    readonly add: (id: string, fields: Fields) => Changing<ProviderExists>
    /**
     * `null` takes a stored field back; a masked key or proxy stays as it is. Where the keys would go elsewhere (address, family, proxy) they must be
     * sent again, in full.
     */
    readonly change: (id: string, fields: Fields) => Changing<UnknownProvider>
    /** Takes out what was stored; an entry of the configuration can only be switched off. */
    readonly remove: (id: string) => Changing<ProviderConfigured | UnknownProvider>
    readonly makeDefault: (id: string) => Changing<ProviderNotReady | UnknownProvider>
    /** Asks the provider something small, also with keys that were put aside. */
    readonly test: (
      id: string,
      model: string | undefined
    ) => Effect.Effect<ProviderTest, ProviderNotReady | UnknownProvider>
  }
>()("siku/providers/admin/ProviderAdmin") {
  static readonly layer: Layer.Layer<ProviderAdmin, never, AppConfig | Catalog | LiveSettings | ProviderStore> =
    Layer.effect(
      ProviderAdmin,
      Effect.suspend(() => make)
    ).pipe(Layer.provide(AddressGuard.layer))
}

const testTime = Duration.seconds(60)
const testQuestion = "Reply with the word OK and nothing else."

/** Everything that was stored, as far as it can be used. */
interface Stored {
  readonly entries: ReadonlyMap<string, StoredEntry>
  readonly defaultProvider: string | undefined
}

const make = Effect.gen(function* () {
  const { ai } = yield* AppConfig
  const live = yield* LiveSettings
  const catalog = yield* Catalog
  const guard = yield* AddressGuard
  const store = yield* ProviderStore
  const oneAtATime = yield* Semaphore.make(1)

  const overlayOf = ({ defaultProvider, entries }: Stored): Overlay => {
    const read = [...entries].map(([id, { secrets, settings }]) =>
      readProviderCells(id, { ...settings, ...secrets }, sourceOf(id))
    )
    return {
      cells: [
        ...read.flatMap(({ cells }) => cells),
        ...(defaultProvider === undefined ? [] : [defaultProviderCell(defaultProvider, "the choice of the default")])
      ],
      problems: read.flatMap(({ problems }) => problems)
    }
  }
  const resolve = (next: Stored) => live.resolve("providers", overlayOf(next))

  const configuredAs = (id: string) => ai.entries.find((entry) => entry.id === id)
  /** What is wrong with stored entries: with what they say, or with where the keys of the configuration would go. */
  const problemsOf = (next: Stored) => {
    const { problems, settings } = resolve(next)
    const stray = settings.ai.entries.flatMap((after) => {
      const entry = next.entries.get(after.id)
      return entry === undefined
        ? []
        : strayKeys({
            after,
            known: [configuredAs(after.id)],
            given: keysIn(entry.secrets),
            source: sourceOf(after.id)
          })
    })
    return [...problems, ...stray]
  }

  const started = startWith(problemsOf, yield* store.entries, yield* store.defaultProvider)
  const configured = new Set(ai.entries.map(({ id }) => id))
  let { stored } = started
  let unusable: ReadonlyMap<string, string> = started.unusable
  yield* Effect.orDie(live.turnTo("providers", overlayOf(stored), Effect.void))
  yield* live.follow((settings) => catalog.install(settings.ai))
  for (const [id, reason] of unusable) yield* Effect.logWarning(`${id}: what was stored is not used: ${reason}`)

  const entryOf = (id: string): ProviderStatus | undefined => live.current.ai.entries.find((entry) => entry.id === id)
  const isKnown = (id: string) => entryOf(id) !== undefined || unusable.has(id)

  /** Checks what is about to hold, stores it with `save`, and lets it hold. */
  const turnTo = (next: Stored, save: Effect.Effect<void>) =>
    live
      .turnTo(
        "providers",
        overlayOf(next),
        Effect.tap(save, () => Effect.sync(() => (stored = next)))
      )
      .pipe(Effect.catchTag("BadSettings", ({ problems }) => Effect.fail(new BadProvider({ problems }))))

  const put = Effect.fnUntraced(function* (id: string, entry: StoredEntry, sent: Fields) {
    const next: Stored = { ...stored, entries: new Map([...stored.entries, [id, entry]]) }
    const resolved = resolve(next)
    if (resolved.problems.length > 0) return yield* new BadProvider({ problems: resolved.problems })
    const { ai } = resolved.settings
    const after = ai.entries.find((each) => each.id === id)
    if (after === undefined) return yield* new BadProvider({ problems: [nothingSaid(id)] })
    const known = [entryOf(id), configuredAs(id)]
    const stray = strayKeys({ after, known, given: keysIn(sent), source: sourceOf(id) })
    if (stray.length > 0) return yield* new BadProvider({ problems: stray })
    const provider = ai.providers.find((each) => each.id === id)
    const problems = provider === undefined ? [] : yield* examineAddresses(guard, provider, sourceOf(id))
    if (problems.length > 0) return yield* new BadProvider({ problems })
    yield* turnTo(next, store.put(id, entry))
    unusable = without(unusable, id)
  })

  const add = Effect.fn("ProviderAdmin.add")(function* (id: string, fields: Fields) {
    if (isKnown(id)) return yield* new ProviderExists({ id })
    yield* put(id, mergeFields(nothing, fields, { keys: [], proxy: undefined }), fields)
  }, oneAtATime.withPermits(1))

  const change = Effect.fn("ProviderAdmin.change")(function* (id: string, fields: Fields) {
    if (!isKnown(id)) return yield* new UnknownProvider({ id })
    yield* put(id, mergeFields(stored.entries.get(id) ?? nothing, fields, secretsOf(entryOf(id))), fields)
  }, oneAtATime.withPermits(1))

  const remove = Effect.fn("ProviderAdmin.remove")(function* (id: string) {
    if (!isKnown(id)) return yield* new UnknownProvider({ id })
    if (!stored.entries.has(id) && !unusable.has(id)) return yield* new ProviderConfigured({ id })
    const isDefault = stored.defaultProvider === id && !configured.has(id)
    yield* turnTo(
      {
        entries: without(stored.entries, id),
        defaultProvider: isDefault ? undefined : stored.defaultProvider
      },
      Effect.andThen(store.remove(id), isDefault ? store.setDefault(undefined) : Effect.void)
    )
    unusable = without(unusable, id)
  }, oneAtATime.withPermits(1))

  const makeDefault = Effect.fn("ProviderAdmin.makeDefault")(function* (id: string) {
    yield* ready(id)
    yield* turnTo({ ...stored, defaultProvider: id }, store.setDefault(id))
  }, oneAtATime.withPermits(1))

  const ready = Effect.fnUntraced(function* (id: string) {
    const state = entryOf(id)?.state ?? (unusable.has(id) ? "wrong" : undefined)
    if (state === undefined) return yield* new UnknownProvider({ id })
    if (state !== "ready") return yield* new ProviderNotReady({ id, state })
  })

  const test = Effect.fn("ProviderAdmin.test")(function* (id: string, model: string | undefined) {
    yield* ready(id)
    const keys = yield* catalog.keysOf(id)
    const asked = yield* catalog.find("test", model === undefined ? id : `${id}/${model}`)
    if (keys === undefined || Option.isNone(asked)) return yield* new UnknownProvider({ id })
    yield* keys.forgive
    const startedAt = yield* steadyNow
    const result = yield* asked.value
      .complete({ messages: [{ role: "user", content: testQuestion }] })
      .pipe(withDeadline(testTime), Effect.result)
    return {
      model: asked.value.model,
      elapsedMillis: Math.round((yield* steadyNow) - startedAt),
      result: Result.map(result, ({ receipt, text }) => ({ text: excerpt(text), receipt }))
    }
  })

  return ProviderAdmin.of({
    all: Effect.sync(() => ({
      ai: live.current.ai,
      configured,
      stored: new Set([...stored.entries.keys(), ...unusable.keys()]),
      unusable
    })),
    add,
    change,
    remove,
    makeDefault,
    test
  })
})

const nothing: StoredEntry = { settings: {}, secrets: {} }

// Without a single setting there is no provider: it would be stored, and neither shown nor asked.
const nothingSaid = (id: string): ConfigProblem => ({
  path: `ai.providers.${id}`,
  source: sourceOf(id),
  found: "no setting",
  allowed: "at least one setting, such as preset, base_url or api_key"
})

const sourceOf = (id: string): string => `what was set for ${id}`

const without = <Value>(map: ReadonlyMap<string, Value>, id: string): ReadonlyMap<string, Value> =>
  new Map([...map].filter(([key]) => key !== id))

const secretsOf = (status: ProviderStatus | undefined): Secrets => {
  const { proxy } = status?.entry ?? {}
  return {
    keys: status === undefined ? [] : keysOfEntry(status.entry),
    proxy: proxy === undefined || proxy === "direct" ? undefined : Redacted.value(proxy)
  }
}

/**
 * What was stored may no longer fit a configuration that has changed since: what stands in the way is left out and named,
 * for the service must start all the same.
 */
const startWith = (
  problemsOf: (stored: Stored) => ReadonlyArray<ConfigProblem>,
  found: ReadonlyMap<string, StoredEntry | CannotOpen>,
  chosen: string | undefined
) => {
  const unusable = new Map<string, string>()
  const entries = new Map<string, StoredEntry>()
  for (const [id, entry] of found) {
    if (entry instanceof CannotOpen) unusable.set(id, entry.message)
    else entries.set(id, entry)
  }
  let stored: Stored = { entries, defaultProvider: chosen }
  let problems = problemsOf(stored)
  while (problems.length > 0 && (stored.entries.size > 0 || stored.defaultProvider !== undefined)) {
    const blamed = [...stored.entries.keys()].find((id) =>
      problems.some(({ path }) => path.startsWith(`ai.providers.${id}.`))
    )
    const id = blamed ?? (stored.defaultProvider === undefined ? stored.entries.keys().next().value : undefined)
    if (id === undefined) stored = { ...stored, defaultProvider: undefined }
    else {
      unusable.set(id, problems.map(describeProblem).join("; "))
      stored = { ...stored, entries: without(stored.entries, id) }
    }
    problems = problemsOf(stored)
  }
  return { stored, unusable }
}

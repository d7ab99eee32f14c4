import { Context, Effect, Layer, Schedule, Schema, Semaphore } from "effect"
import { AppConfig } from "../config/AppConfig.ts"
import type { EffectiveSetting } from "../config/SettingCells.ts"
import { BadSettings, LiveSettings } from "./LiveSettings.ts"
import { type Change, readChange } from "./readChange.ts"
import { SettingsAudit } from "./SettingsAudit.ts"
import { SettingsStore, type StoredSettings } from "./SettingsStore.ts"
import { fittingOverlay, overlayOf } from "./storedOverlay.ts"

/** The settings are at another revision than the one that was to be changed. */
export class StaleRevision extends Schema.TaggedError<StaleRevision>()("StaleRevision", { current: Schema.Finite }) {}

/** All settings at one moment. */
export interface AllSettings {
  /** Counts the changes made while running, by whatever process. */
  readonly revision: number
  /** As they hold. */
  readonly settings: ReadonlyArray<EffectiveSetting>
  /** As they would be without what was changed while running, by path. */
  readonly configured: ReadonlyMap<string, EffectiveSetting>
  /** What was changed while running but does not hold, by path, and why. */
  readonly unused: ReadonlyMap<string, string>
  /** What deserves a look, for people. */
  readonly warnings: ReadonlyArray<string>
}

/**
 * Settings changed while the service runs: laid over the file and the environment, not over flags; checked as strictly as at the start;
 * stored, and holding for everything from then on, in other processes on the same database within seconds. A change that would be wrong
 * changes nothing.
 */
export class SettingsAdmin extends Context.Service<
  SettingsAdmin,
  {
    readonly all: Effect.Effect<AllSettings>
    /** `null` goes back to the configuration. `ifRevision`: only where nobody has changed anything since. */
    readonly change: (change: Change, ifRevision?: number) => Effect.Effect<AllSettings, BadSettings | StaleRevision>
  }
>()("siku/platform/settings/SettingsAdmin") {
  /** To be built after what stored providers are laid over the configuration with, for settings may name them. */
  static readonly layer: Layer.Layer<SettingsAdmin, never, AppConfig | LiveSettings | SettingsStore> = Layer.effect(
    SettingsAdmin,
    Effect.suspend(() => make)
  )
}

const lookEvery = "2 seconds"
const lookAgainAfterFailure = "1 minute"
const triesAgainstOthers = 10

const make = Effect.gen(function* () {
  const base = yield* AppConfig
  const live = yield* LiveSettings
  const store = yield* SettingsStore
  const audit = yield* SettingsAudit
  const oneAtATime = yield* Semaphore.make(1)
  const configured = new Map(base.effective().map((each) => [each.setting.path, each]))

  let stored: StoredSettings = { revision: 0, values: new Map() }
  let unused: ReadonlyMap<string, string> = new Map()

  /** Lets what is in the database hold, as far as it can. */
  const adopt = Effect.gen(function* () {
    const found = yield* store.read
    const fitting = fittingOverlay(found.values, configured, (overlay) => live.resolve("settings", overlay))
    // Nothing is left of it that would not fit.
    yield* Effect.orDie(live.turnTo("settings", fitting.overlay, Effect.void))
    stored = found
    unused = fitting.unused
    for (const [path, why] of unused)
      yield* Effect.logWarning(`${path}: what it was changed to while running is not used: ${why}`)
  })

  const adoptIfChanged = Effect.flatMap(store.revision, (revision) =>
    revision === stored.revision ? Effect.void : adopt
  )

  const all = Effect.sync((): AllSettings => ({
    revision: stored.revision,
    settings: live.current.effective(),
    configured,
    unused,
    warnings: live.current.warnings
  }))

  const attempt = Effect.fnUntraced(function* (change: Change, ifRevision: number | undefined) {
    yield* adoptIfChanged
    const { revision, values } = stored
    if (ifRevision !== undefined && ifRevision !== revision) return yield* new StaleRevision({ current: revision })
    const { problems, put, remove } = readChange(change, configured, values)
    const next = new Map([...values].filter(([path]) => !remove.has(path)))
    for (const [path, text] of put) next.set(path, text)
    const isTouched = (path: string) => put.has(path) || remove.has(path)
    const aside = new Map([...unused].filter(([path]) => !isTouched(path)))
    const { overlay } = overlayOf(
      [...next].filter(([path]) => !aside.has(path)),
      configured
    )
    const resolution = live.resolve("settings", { ...overlay, problems })
    if (resolution.problems.length > 0) return yield* new BadSettings({ problems: resolution.problems })
    const touched = [...next].filter(([path, text]) => values.get(path) !== text)
    const gone = [...values.keys()].filter((path) => !next.has(path))
    if (touched.length + gone.length === 0) return

    const after = new Map(resolution.settings.effective().map(({ setting, value }) => [setting.path, value]))
    const before = new Map(live.current.effective().map(({ setting, value }) => [setting.path, value]))
    const changes = [...touched.map(([path]) => path), ...gone].map((path) => ({
      path,
      from: before.get(path) ?? null,
      to: after.get(path) ?? null,
      isReset: !next.has(path)
    }))
    yield* live.turnTo(
      "settings",
      overlay,
      store.write(revision, {
        put: new Map(touched),
        remove: new Set(gone),
        andThen: Effect.suspend(() => audit(changes, revision + 1))
      })
    )
    stored = { revision: revision + 1, values: next }
    unused = aside
    yield* Effect.logInfo("settings were changed while running").pipe(
      Effect.annotateLogs({ paths: changes.map(({ path }) => path).join(", "), revision: revision + 1 })
    )
  }, Effect.uninterruptible)

  const change = Effect.fn("SettingsAdmin.change")(function* (given: Change, ifRevision?: number) {
    yield* attempt(given, ifRevision).pipe(
      Effect.retry({ times: triesAgainstOthers, while: (error) => error._tag === "ChangedElsewhere" }),
      // So many others at once that nobody could say what was changed.
      Effect.catchTag("ChangedElsewhere", () => Effect.fail(new StaleRevision({ current: stored.revision })))
    )
    return yield* all
  }, oneAtATime.withPermits(1))

  yield* adopt
  for (const path of stored.values.keys()) {
    const hidden = unused.has(path) ? undefined : configured.get(path)
    if (hidden !== undefined && hidden.layer !== "default")
      yield* Effect.logWarning(`${path} was changed while running, which hides ${hidden.source}`)
  }
  yield* adoptIfChanged.pipe(
    oneAtATime.withPermits(1),
    Effect.repeat(Schedule.spaced(lookEvery)),
    Effect.tapCause((cause) => Effect.logWarning("what other processes change of the settings goes unseen", cause)),
    Effect.sandbox,
    Effect.retry(Schedule.spaced(lookAgainAfterFailure)),
    Effect.forkScoped
  )
  return SettingsAdmin.of({ all, change })
})

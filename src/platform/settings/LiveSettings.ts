import { Context, Effect, Schema, type Scope, Semaphore } from "effect"
import { ConfigProblem } from "../config/ConfigProblems.ts"
import type { SettingCell } from "../config/SettingCells.ts"
import type { Resolution, Settings } from "../config/Settings.ts"

/** What was to be set while running cannot be used; nothing was changed. */
export class BadSettings extends Schema.TaggedError<BadSettings>()("BadSettings", {
  problems: Schema.Array(ConfigProblem)
}) {}

/** Who sets something while the service runs, in the order in which one is laid over the other. */
const owners = ["providers", "settings"] as const
export type Owner = (typeof owners)[number]

/** What one owner lays over the configuration, and what of it could not be read. */
export interface Overlay {
  readonly cells: ReadonlyArray<SettingCell>
  readonly problems: ReadonlyArray<ConfigProblem>
}

/**
 * The settings that hold at the moment: the configuration, with what was set while running over it. A change is seen by all who read
 * `current` after it; who takes a value out and keeps it, keeps the old one.
 */
export class LiveSettings extends Context.Service<
  LiveSettings,
  {
    /** All of one moment; reading it costs nothing. */
    readonly current: Settings
    /** Calls this with the settings now, and with each change before the change is told to have happened, for as long as the scope lasts. */
    readonly follow: (apply: (settings: Settings) => Effect.Effect<void>) => Effect.Effect<void, never, Scope.Scope>
    /** What the settings would come to if an owner laid this over the configuration in place of what it has there. */
    readonly resolve: (owner: Owner, overlay: Overlay) => Resolution
    /** Lays it there once `save` has succeeded. One change at a time; where anything is wrong nothing is saved or changed. */
    readonly turnTo: <E>(
      owner: Owner,
      overlay: Overlay,
      save: Effect.Effect<void, E>
    ) => Effect.Effect<void, E | BadSettings>
  }
>()("siku/platform/settings/LiveSettings") {}

const nothing: Overlay = { cells: [], problems: [] }

/** The settings of a process that begins with this configuration. */
export const makeLiveSettings = (configuration: Settings): LiveSettings["Service"] => {
  const overlays: Record<Owner, Overlay> = { providers: nothing, settings: nothing }
  const followers = new Set<(settings: Settings) => Effect.Effect<void>>()
  const oneAtATime = Semaphore.makeUnsafe(1)
  let current = configuration

  const resolve = (owner: Owner, overlay: Overlay): Resolution => {
    const cells = owners.flatMap((each) => (each === owner ? overlay : overlays[each]).cells)
    const { problems, settings } = configuration.resolve(cells)
    return { settings, problems: [...overlay.problems, ...problems] }
  }

  return LiveSettings.of({
    get current() {
      return current
    },
    follow: (apply) =>
      Effect.acquireRelease(
        Effect.sync(() => followers.add(apply)),
        () => Effect.sync(() => followers.delete(apply))
      ).pipe(Effect.andThen(Effect.suspend(() => apply(current))), oneAtATime.withPermits(1)),
    resolve,
    turnTo: Effect.fnUntraced(function* (owner, overlay, save) {
      const { problems, settings } = resolve(owner, overlay)
      if (problems.length > 0) return yield* new BadSettings({ problems })
      yield* Effect.uninterruptible(
        Effect.gen(function* () {
          yield* save
          overlays[owner] = overlay
          current = settings
          for (const apply of followers) yield* apply(settings)
        })
      )
    }, oneAtATime.withPermits(1))
  })
}

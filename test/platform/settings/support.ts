import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import { SettingsAdmin } from "../../../src/platform/settings/SettingsAdmin.ts"
import { SettingsStore } from "../../../src/platform/settings/SettingsStore.ts"
import * as Sql from "../../../src/platform/Sql.ts"

export interface Process {
  /** A file; by default the database is in memory. */
  readonly database?: string
  /** `path=value`, as flags. */
  readonly set?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
}

/** The settings of one process, with a database of its own or a file that others may have open. */
export const settingsOf = ({ database, environment = {}, set = [] }: Process = {}) =>
  SettingsAdmin.layer.pipe(
    Layer.provideMerge(SettingsStore.layer),
    Layer.provideMerge(Layer.fresh(Sql.layer)),
    Layer.provideMerge(
      AppConfig.layer({
        environment,
        flags: {
          home: "/nowhere",
          databaseUrl: database === undefined ? "sqlite::memory:" : `sqlite:${database}`,
          set
        },
        cwd: "/"
      })
    ),
    Layer.provide(NodeServices.layer)
  )

/** What a configuration says with these values for flags, by path. */
export const configuredWith = (values: ReadonlyMap<string, unknown>) =>
  Effect.map(
    AppConfig.load({
      environment: {},
      flags: {
        home: "/nowhere",
        databaseUrl: "sqlite::memory:",
        set: [...values].map(([path, value]) => `${path}=${String(value)}`)
      },
      cwd: "/"
    }),
    (settings) => new Map(settings.effective().map(({ setting, value }) => [setting.path, value]))
  ).pipe(Effect.provide(NodeServices.layer))

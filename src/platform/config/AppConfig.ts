import { Context, Effect, type FileSystem, Layer, Path } from "effect"
import { makeLiveSettings, LiveSettings } from "../settings/LiveSettings.ts"
import { type ConfigFile, readConfigFile } from "./ConfigFile.ts"
import { ConfigProblems } from "./ConfigProblems.ts"
import type { Environment } from "./environment.ts"
import { firstSet, readEnvironmentCells } from "./EnvironmentCells.ts"
import { readFileCells } from "./FileCells.ts"
import { type Flags, readFlagCells } from "./FlagCells.ts"
import { resolveSettings } from "./ResolveSettings.ts"
import { withRoleModels } from "./RoleModels.ts"
import { defaultCells, isSet, type Layer as Source, mergeCells } from "./SettingCells.ts"
import type { Settings } from "./Settings.ts"
import { settingsTable } from "./SettingsTable.ts"

/** Where settings come from, apart from the file: each is given, so that nothing here reads the process. */
export interface ConfigSources {
  readonly environment: Environment
  readonly flags: Flags
  /** The working directory, absolute. */
  readonly cwd: string
}

interface Named {
  readonly value: string
  readonly layer: Source
  readonly source: string
}

/** The value of a setting that says where the file is, and so cannot come from it. */
const locate = (key: "home" | "config", { environment, flags }: ConfigSources): Named | undefined => {
  const flag = flags[key]
  if (flag !== undefined && isSet(flag)) return { value: flag, layer: "flag", source: `flag --${key}` }
  const setting = settingsTable.find(({ path }) => path === key)
  const found = firstSet(environment, setting?.variables ?? [])
  if (found !== undefined)
    return { value: found.value, layer: "environment", source: `environment variable ${found.name}` }
  return setting?.default === undefined ? undefined : { value: setting.default, layer: "default", source: "default" }
}

const load = Effect.fn("AppConfig.load")(function* (sources: ConfigSources) {
  const path = yield* Path.Path
  const { cwd } = sources
  const place = locate("home", sources)
  const home = path.resolve(cwd, place?.value ?? "")
  const named = locate("config", sources)
  const file: ConfigFile = yield* readConfigFile({
    named: named && { source: named.source, path: path.resolve(cwd, named.value) },
    home
  })
  const source = file.file ?? ""
  const fromFile = withRoleModels(readFileCells(file.content, source), sources.environment, source)
  const fromEnvironment = readEnvironmentCells(sources.environment, fromFile)
  const fromFlags = readFlagCells(sources.flags)
  const readings = [file, fromFile, fromEnvironment, fromFlags]

  // The cells hold every secret in plain text, and are kept nowhere but in this closure.
  const { aiProblems, problems, settings } = resolveSettings(
    {
      cells: mergeCells([defaultCells, fromFile.cells, fromEnvironment.cells, fromFlags.cells]),
      inFile: [...fromFile.providers.keys()],
      file: file.file,
      cwd,
      home,
      located: new Map([
        ["home", { value: home, layer: place?.layer ?? "default", source: place?.source ?? "default" }],
        [
          "config",
          { value: file.file ?? null, layer: named?.layer ?? "default", source: named?.source ?? "the home folder" }
        ]
      ]),
      warnings: readings.flatMap((reading) => reading.warnings),
      path
    },
    []
  )
  const all = [
    ...readings.flatMap((reading) => reading.problems),
    ...problems,
    // What the file says of providers is not known where it could not be read.
    ...(file.problems.length > 0 ? [] : aiProblems)
  ]
  if (all.length > 0) return yield* new ConfigProblems({ problems: all })
  return settings
})

/**
 * The settings of the service, read once at start from defaults, file, environment and command line, in rising order. What may
 * change while it runs is read from `LiveSettings` instead, each time it is used.
 */
export class AppConfig extends Context.Service<AppConfig, Settings>()("siku/platform/config/AppConfig") {
  /** Reads all sources. Fails with everything that is wrong in any of them. */
  static readonly load: (
    sources: ConfigSources
  ) => Effect.Effect<Settings, ConfigProblems, FileSystem.FileSystem | Path.Path> = load

  /** The settings as they are at the start, and as they come to be while the service runs. */
  static readonly layer = (
    sources: ConfigSources
  ): Layer.Layer<AppConfig | LiveSettings, ConfigProblems, FileSystem.FileSystem | Path.Path> =>
    Layer.effectContext(
      Effect.map(load(sources), (settings) =>
        Context.make(AppConfig, settings).pipe(Context.add(LiveSettings, makeLiveSettings(settings)))
      )
    )
}

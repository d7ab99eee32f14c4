import { Context, Duration, Effect, type FileSystem, Layer, Path, Redacted, Result } from "effect"
import { type ConfigFile, readConfigFile } from "./ConfigFile.ts"
import { type ConfigProblem, ConfigProblems } from "./ConfigProblems.ts"
import { parseDatabaseUrl } from "./DatabaseUrl.ts"
import { decodeSettings, type Decoding } from "./DecodeSettings.ts"
import type { Environment } from "./environment.ts"
import { firstSet, readEnvironmentCells } from "./EnvironmentCells.ts"
import { exposedToAll } from "./exposedToAll.ts"
import { readFileCells } from "./FileCells.ts"
import { type Flags, readFlagCells } from "./FlagCells.ts"
import { resolveAi } from "./ResolveAi.ts"
import { withRoleModels } from "./RoleModels.ts"
import {
  cellKey,
  defaultCells,
  isSet,
  mergeCells,
  problemWith,
  type SettingCell,
  type SettingCells
} from "./SettingCells.ts"
import type { AiResolution, AiSettings, DecodedSettings, Settings } from "./Settings.ts"
import { settingsTable } from "./SettingsTable.ts"
import { unpricedModels } from "./unpricedModels.ts"

/** Where settings come from, apart from the file: each is given, so that nothing here reads the process. */
export interface ConfigSources {
  readonly environment: Environment
  readonly flags: Flags
  /** The working directory, absolute. */
  readonly cwd: string
}

interface Named {
  readonly value: string
  readonly source: string
}

/** The value of a setting that says where the file is, and so cannot come from it. */
const locate = (key: "home" | "config", { environment, flags }: ConfigSources): Named | undefined => {
  const flag = flags[key]
  if (flag !== undefined && isSet(flag)) return { value: flag, source: `flag --${key}` }
  const setting = settingsTable.find(({ path }) => path === key)
  const found = firstSet(environment, setting?.variables ?? [])
  if (found !== undefined) return { value: found.value, source: `environment variable ${found.name}` }
  return setting?.default === undefined ? undefined : { value: setting.default, source: "default" }
}

const oddities = (settings: DecodedSettings): ReadonlyArray<string> => [
  ...(Duration.isGreaterThan(settings.answering.deadline, settings.answering.limit)
    ? ["answering.deadline is longer than answering.limit: no caller waits that long"]
    : []),
  ...(settings.cache.type === "redis" ? ["cache.type redis is not in use yet, memory is used"] : []),
  ...(settings.security.secretKey === undefined
    ? []
    : ["security.secret_key is not used: tokens are signed with keys that Siku makes"])
]

/** A budget in money cannot hold where nobody knows what a call costs. */
const withoutPrices = ({ thinking }: DecodedSettings, ai: AiSettings): ReadonlyArray<string> => {
  const unpriced = thinking.budget.usd === undefined ? [] : unpricedModels(ai)
  return unpriced.length === 0
    ? []
    : [`thinking.budget.usd: nothing is thought through by models without a price: ${unpriced.join(", ")}`]
}

const load = Effect.fn("AppConfig.load")(function* (sources: ConfigSources) {
  const path = yield* Path.Path
  const home = path.resolve(sources.cwd, locate("home", sources)?.value ?? "")
  const named = locate("config", sources)
  const file: ConfigFile = yield* readConfigFile({
    named: named && { source: named.source, path: path.resolve(sources.cwd, named.value) },
    home
  })
  const source = file.file ?? ""
  const fromFile = withRoleModels(readFileCells(file.content, source), sources.environment, source)
  const fromEnvironment = readEnvironmentCells(sources.environment, fromFile)
  const fromFlags = readFlagCells(sources.flags)
  const cells = mergeCells([defaultCells, fromFile.cells, fromEnvironment.cells, fromFlags.cells])
  const inFile = [...fromFile.providers.keys()]
  const decoded = decodeSettings(cells, providerOrder(inFile, cells))
  const { failed, settings } = decoded

  const folderOf = (key: ReadonlyArray<string>): string =>
    ["file", "default"].includes(cells.get(cellKey(key))?.layer ?? "default") ? home : sources.cwd
  const database = resolveDatabase({ failed, cells, settings, folderOf, path })
  const resolved = resolveCells(cells, inFile, decoded)
  // What the file says of providers is not known where it could not be read.
  const exposure = { problems: exposedToAll(cells, settings), warnings: [] }
  const parts = [file, fromFile, fromEnvironment, fromFlags, decoded, database, exposure]
  const problems = [...parts, ...(file.problems.length > 0 ? [] : [resolved])].flatMap((part) => part.problems)
  if (problems.length > 0) return yield* new ConfigProblems({ problems })

  const { ai: _, prompts, ...rest } = settings
  // The cells hold every secret in plain text, and are kept nowhere but in this closure.
  const resolve = (stored: ReadonlyArray<SettingCell>): AiResolution => {
    const all = mergeCells([[...cells.values()], stored])
    const again = decodeSettings(all, providerOrder(inFile, all))
    const { problems, ...resolution } = resolveCells(all, inFile, again)
    return { ...resolution, problems: [...again.problems, ...problems] }
  }
  return {
    ...rest,
    home,
    file: file.file,
    database: { url: settings.database.url, filename: database.filename },
    ai: { ...resolved.ai, resolve },
    prompts: {
      folder: prompts.folder === undefined ? undefined : path.resolve(folderOf(["prompts", "folder"]), prompts.folder)
    },
    warnings: [
      ...[...parts, resolved].flatMap((part) => part.warnings),
      ...oddities(settings),
      ...withoutPrices(settings, resolved.ai)
    ]
  } satisfies Settings
})

/** First the entries of the file, in its order; then what flags and the environment add. */
const providerOrder = (inFile: Iterable<string>, cells: SettingCells): ReadonlyArray<string> => [
  ...new Set([
    ...inFile,
    ...[...cells.values()].flatMap(({ path }) => (path[1] === "providers" && path[2] !== undefined ? [path[2]] : []))
  ])
]

const resolveCells = (cells: SettingCells, inFile: Iterable<string>, { failed, settings }: Decoding): AiResolution =>
  resolveAi({ cells, failed, order: providerOrder(inFile, cells), ai: settings.ai })

const resolveDatabase = (options: {
  readonly failed: Decoding["failed"]
  readonly cells: SettingCells
  readonly settings: DecodedSettings
  readonly folderOf: (key: ReadonlyArray<string>) => string
  readonly path: Path.Path
}): {
  readonly filename: string
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
} => {
  const key = ["database", "url"]
  const cell = options.cells.get(cellKey(key))
  const parsed = parseDatabaseUrl(Redacted.value(options.settings.database.url), options.folderOf(key), options.path)
  if (Result.isSuccess(parsed))
    return {
      filename: parsed.success.filename,
      problems: [],
      warnings: parsed.success.hasQuery ? ["database.url: the part after ? is not used"] : []
    }
  const isNew = cell !== undefined && !options.failed.has(cell)
  return {
    filename: "",
    problems: isNew ? [{ ...problemWith(cell), ...parsed.failure }] : [],
    warnings: []
  }
}

/** The settings of the service, read once at start from defaults, file, environment and command line, in rising order. */
export class AppConfig extends Context.Service<AppConfig, Settings>()("siku/platform/config/AppConfig") {
  /** Reads all sources. Fails with everything that is wrong in any of them. */
  static readonly load: (
    sources: ConfigSources
  ) => Effect.Effect<Settings, ConfigProblems, FileSystem.FileSystem | Path.Path> = load

  static readonly layer = (
    sources: ConfigSources
  ): Layer.Layer<AppConfig, ConfigProblems, FileSystem.FileSystem | Path.Path> => Layer.effect(AppConfig, load(sources))
}

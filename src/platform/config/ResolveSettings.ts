import { type Path, Redacted, Result } from "effect"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { oddities } from "./ConfigWarnings.ts"
import { parseDatabaseUrl } from "./DatabaseUrl.ts"
import { decodeSettings } from "./DecodeSettings.ts"
import { withDefaultAuthentication } from "./defaultAuthentication.ts"
import { effectiveSettings } from "./EffectiveSettings.ts"
import { exposedToAll } from "./exposedToAll.ts"
import { resolveAi } from "./ResolveAi.ts"
import { cellKey, type Located, mergeCells, problemWith, type SettingCell, type SettingCells } from "./SettingCells.ts"
import type { DecodedSettings, Resolution } from "./Settings.ts"

/** What was read of all sources. The cells hold every secret in plain text. */
export interface ReadSources {
  readonly cells: SettingCells
  /** Ids of the providers in the file, in its order. */
  readonly inFile: ReadonlyArray<string>
  readonly file: string | undefined
  readonly cwd: string
  /** Absolute. */
  readonly home: string
  readonly located: Located
  /** What the reading was warned of. */
  readonly warnings: ReadonlyArray<string>
  readonly path: Path.Path
}

/** A resolution, with what is wrong about providers and the models that roles name apart from the rest. */
export interface SortedResolution extends Resolution {
  readonly aiProblems: ReadonlyArray<ConfigProblem>
}

/** Puts the settings together from the sources, with what was set while running (`stored`) over them. */
export const resolveSettings = (read: ReadSources, stored: ReadonlyArray<SettingCell>): SortedResolution => {
  const given = mergeCells([[...read.cells.values()], stored])
  const order = providerOrder(read.inFile, given)
  const { failed, problems, settings: decoded } = decodeSettings(given, order)
  const { cells, settings } = withDefaultAuthentication(given, decoded)
  const resolved = resolveAi({ cells, failed, order, ai: settings.ai })
  const database = resolveDatabase(read, cells, settings, failed)
  const { ai: _, logging, prompts, ...rest } = settings
  const pathIn = (key: ReadonlyArray<string>, path: string | undefined): string | undefined =>
    path === undefined ? undefined : read.path.resolve(folderOf(read, cells, key), path)
  return {
    settings: {
      ...rest,
      home: read.home,
      file: read.file,
      database: { url: settings.database.url, filename: database.filename },
      ai: { ...resolved.ai, entries: resolved.entries },
      logging: { ...logging, appendTo: pathIn(["logging", "append_to"], logging.appendTo) },
      prompts: { folder: pathIn(["prompts", "folder"], prompts.folder) },
      warnings: [...read.warnings, ...database.warnings, ...resolved.warnings, ...oddities(settings, resolved.ai)],
      resolve: (others) => {
        const again = resolveSettings(read, others)
        return { settings: again.settings, problems: [...again.problems, ...again.aiProblems] }
      },
      effective: () => effectiveSettings(settings, cells, read.located)
    },
    problems: [...problems, ...database.problems, ...exposedToAll(cells, settings)],
    aiProblems: resolved.problems
  }
}

/** First the entries of the file, in its order; then what flags and the environment add. */
const providerOrder = (inFile: Iterable<string>, cells: SettingCells): ReadonlyArray<string> => [
  ...new Set([
    ...inFile,
    ...[...cells.values()].flatMap(({ path }) => (path[1] === "providers" && path[2] !== undefined ? [path[2]] : []))
  ])
]

/** The folder that a relative path in a setting counts from. */
const folderOf = ({ cwd, home }: ReadSources, cells: SettingCells, key: ReadonlyArray<string>): string =>
  ["file", "default"].includes(cells.get(cellKey(key))?.layer ?? "default") ? home : cwd

const resolveDatabase = (
  read: ReadSources,
  cells: SettingCells,
  settings: DecodedSettings,
  failed: ReadonlySet<SettingCell>
): {
  readonly filename: string
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
} => {
  const key = ["database", "url"]
  const cell = cells.get(cellKey(key))
  const parsed = parseDatabaseUrl(Redacted.value(settings.database.url), folderOf(read, cells, key), read.path)
  if (Result.isSuccess(parsed))
    return {
      filename: parsed.success.filename,
      problems: [],
      warnings: parsed.success.hasQuery ? ["database.url: the part after ? is not used"] : []
    }
  const isNew = cell !== undefined && !failed.has(cell)
  return {
    filename: "",
    problems: isNew ? [{ ...problemWith(cell), ...parsed.failure }] : [],
    warnings: []
  }
}

import { Predicate } from "effect"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { describeFound, quote, showKey } from "./FoundValue.ts"
import { type KnownKey, knownKeys, pathOf } from "./KnownKeys.ts"
import { isProviderId, PROVIDER_ID_ALLOWED } from "./ProviderId.ts"
import { cellKey, isSet, type Reading, type SettingCell } from "./SettingCells.ts"
import { PROVIDER_ID, type Setting } from "./Setting.ts"
import { suggest } from "./Suggestion.ts"

const MOST_UNKNOWN_KEYS_NAMED = 20

export interface FileReading extends Reading {
  /** The ids of all entries under `ai.providers`, in the order of the file, with the keys each of them sets. */
  readonly providers: ReadonlyMap<string, ReadonlySet<string>>
  /** What stands under `models`, which is read apart. */
  readonly roleModels: unknown
}

/** A cell, and the path that the file has it at. */
interface Written {
  readonly cell: SettingCell
  readonly at: string
}

/** How much a path of a setting counts: its own the most, then those elsewhere in their order. */
const rankOf = ({ elsewhere, path }: Setting, at: string): number => (at === path ? -1 : elsewhere.indexOf(at))

const isOfProvider = (path: ReadonlyArray<string>): boolean => path[0] === "ai" && path[1] === "providers"

const showPath = (path: ReadonlyArray<string>): string => path.map(showKey).join(".")

/**
 * Reads the content of a configuration file. Only known keys are followed, so neither depth nor odd names in the file
 * matter; unknown ones are warned about and ignored, since the predecessor's files hold some.
 */
export const readFileCells = (content: unknown, source: string): FileReading => {
  const cells = new Map<string, Written>()
  const repeated: Array<string> = []
  let roleModels: unknown
  const problems: Array<ConfigProblem> = []
  const providers = new Map<string, Set<string>>()
  const unknown: Array<{ readonly path: ReadonlyArray<string>; readonly siblings: KnownKey }> = []

  const readGroup = (value: unknown, group: KnownKey, path: ReadonlyArray<string>): void => {
    if (!isSet(value)) return
    const isEntry = isOfProvider(path) && path.length === 3
    if (!Predicate.isObject(value)) {
      problems.push({
        path: path.length === 0 ? "(the whole file)" : showPath(path),
        source,
        // It may be a key that was written one level too high.
        found: describeFound(value, true),
        allowed: "a group of settings",
        ...(isEntry ? { remedy: "write the settings of the provider under its id, such as api_key: …" } : {})
      })
      return
    }
    if (isEntry) providers.set(path[2] ?? "", new Set())
    for (const [key, child] of Object.entries(value)) readKey(key, child, value, group, path)
  }

  const readKey = (key: string, value: unknown, siblings: object, group: KnownKey, path: ReadonlyArray<string>) => {
    const at = [...path, key]
    if (path.length === 0 && key === "models") {
      roleModels = value
      return
    }
    const entry = group.children.get(PROVIDER_ID)
    if (entry !== undefined) {
      if (isProviderId(key)) readGroup(value, entry, at)
      else problems.push({ path: showPath(at), source, found: quote(key), allowed: PROVIDER_ID_ALLOWED })
      return
    }
    const known = group.children.get(key)
    if (known === undefined) {
      unknown.push({ path: at, siblings: group })
      return
    }
    const isGroup = known.children.size > 0 && Predicate.isObject(value)
    if (known.setting === undefined || isGroup) return readGroup(value, known, at)
    const { setting } = known
    if (isOfProvider(path)) {
      const name = setting.path.split(".").at(-1) ?? key
      const isRepeated = name !== key && isSet(new Map(Object.entries(siblings)).get(name))
      if (!isSet(value) || isRepeated) return
      add({ setting, path: [...path, name], value, layer: "file", source }, showPath(at))
      providers.get(path[2] ?? "")?.add(name)
    } else if (isSet(value)) {
      const written = showPath(at)
      const from = written === setting.path ? source : `${source}, ${written}`
      add({ setting, path: pathOf(setting), value, layer: "file", source: from }, written)
    }
  }

  const add = (cell: SettingCell, at: string): void => {
    const key = cellKey(cell.path)
    const other = cells.get(key)
    const isBetter = other === undefined || rankOf(cell.setting, at) < rankOf(cell.setting, other.at)
    if (other !== undefined)
      repeated.push(`${source}: ${isBetter ? other.at : at} is ignored, as ${isBetter ? at : other.at} is set`)
    if (isBetter) cells.set(key, { cell, at })
  }

  readGroup(content, knownKeys, [])
  const warnings = unknown.slice(0, MOST_UNKNOWN_KEYS_NAMED).map(({ path, siblings }) => {
    const meant = suggest(path.at(-1) ?? "", siblings.children.keys())
    const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`
    return `${source}: unknown setting ${showPath(path)}${hint} is ignored`
  })
  const unnamed = unknown.length - warnings.length
  if (unnamed > 0) warnings.push(`${source}: ${unnamed} more unknown settings are ignored`)
  warnings.push(...repeated)
  return { cells: [...cells.values()].map(({ cell }) => cell), problems, warnings, providers, roleModels }
}

import { Predicate } from "effect"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { describeFound, quote, showKey } from "./FoundValue.ts"
import { type KnownKey, knownKeys } from "./KnownKeys.ts"
import { isProviderId, PROVIDER_ID_ALLOWED } from "./ProviderId.ts"
import { isSet, type Reading, type SettingCell } from "./SettingCells.ts"
import { PROVIDER_ID } from "./Setting.ts"
import { suggest } from "./Suggestion.ts"

const MOST_UNKNOWN_KEYS_NAMED = 20

export interface FileReading extends Reading {
  /** The ids of all entries under `ai.providers`, in the order of the file, with the keys each of them sets. */
  readonly providers: ReadonlyMap<string, ReadonlySet<string>>
}

const isOfProvider = (path: ReadonlyArray<string>): boolean => path[0] === "ai" && path[1] === "providers"

const showPath = (path: ReadonlyArray<string>): string => path.map(showKey).join(".")

/**
 * Reads the content of a configuration file. Only known keys are followed, so neither depth nor odd names in the file
 * matter; unknown ones are warned about and ignored, since the predecessor's files hold some.
 */
export const readFileCells = (content: unknown, source: string): FileReading => {
  const cells: Array<SettingCell> = []
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
    if (known.setting === undefined) return readGroup(value, known, at)
    const name = known.setting.path.split(".").at(-1) ?? key
    const isRepeated = name !== key && isSet(new Map(Object.entries(siblings)).get(name))
    if (!isSet(value) || isRepeated) return
    cells.push({ setting: known.setting, path: [...path, name], value, layer: "file", source })
    if (isOfProvider(path)) providers.get(path[2] ?? "")?.add(name)
  }

  readGroup(content, knownKeys, [])
  const warnings = unknown.slice(0, MOST_UNKNOWN_KEYS_NAMED).map(({ path, siblings }) => {
    const meant = suggest(path.at(-1) ?? "", siblings.children.keys())
    const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`
    return `${source}: unknown setting ${showPath(path)}${hint} is ignored`
  })
  const unnamed = unknown.length - warnings.length
  if (unnamed > 0) warnings.push(`${source}: ${unnamed} more unknown settings are ignored`)
  return { cells, problems, warnings, providers }
}

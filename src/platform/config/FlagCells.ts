import type { ConfigProblem } from "./ConfigProblems.ts"
import { describeLength, quote } from "./FoundValue.ts"
import { pathOf, settingAt } from "./KnownKeys.ts"
import { isProviderId, PROVIDER_ID_ALLOWED } from "./ProviderId.ts"
import { isSet, type Reading, type SettingCell } from "./SettingCells.ts"
import { settingsTable } from "./SettingsTable.ts"
import { suggest } from "./Suggestion.ts"

/** What the command line says. `set` holds the `path=value` of every `--set`; a named flag wins over it. */
export interface Flags {
  readonly home?: string | undefined
  readonly config?: string | undefined
  readonly host?: string | undefined
  readonly port?: string | number | undefined
  readonly databaseUrl?: string | undefined
  readonly starter?: boolean | undefined
  readonly logLevel?: string | undefined
  readonly set?: ReadonlyArray<string> | undefined
}

/** The key of `Flags` for a flag: `--database-url` is `databaseUrl`. */
export const flagKey = (flag: string): string =>
  flag.replace(/^--/, "").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

const SET = "flag --set"
const paths = settingsTable.filter((setting) => setting.inFile).map((setting) => setting.path)

const readAssignment = (assignment: string): SettingCell | ConfigProblem | undefined => {
  const equals = assignment.indexOf("=")
  if (equals <= 0)
    return {
      path: "(command line)",
      source: SET,
      found: describeLength(assignment),
      allowed: "a path, an equals sign and a value, such as server.port=8080"
    }
  const dotted = assignment.slice(0, equals)
  const known = settingAt(dotted)
  if (known === undefined) {
    const meant = suggest(dotted, paths)
    return {
      path: quote(dotted).slice(1, -1),
      source: SET,
      found: "a setting that does not exist",
      allowed: "the path of a setting",
      ...(meant === undefined ? {} : { remedy: `did you mean ${meant}?` })
    }
  }
  const source = `${SET} ${dotted}`
  if (known.setting.path !== known.path.join(".") && !isProviderId(known.path[2] ?? ""))
    return { path: dotted, source, found: quote(known.path[2] ?? ""), allowed: PROVIDER_ID_ALLOWED }
  const value = assignment.slice(equals + 1)
  return isSet(value) ? { setting: known.setting, path: known.path, value, layer: "flag", source } : undefined
}

/** Reads the command line. Unlike in a file, an unknown setting is a problem: someone has just typed it. */
export const readFlagCells = (flags: Flags): Reading => {
  const cells: Array<SettingCell> = []
  const problems: Array<ConfigProblem> = []
  for (const assignment of flags.set ?? []) {
    const read = readAssignment(assignment)
    if (read === undefined) continue
    if ("setting" in read) cells.push(read)
    else problems.push(read)
  }
  const given = new Map<string, unknown>(Object.entries(flags))
  for (const setting of settingsTable) {
    if (setting.flag === undefined || !setting.inFile) continue
    const value = given.get(flagKey(setting.flag))
    if (isSet(value))
      cells.push({ setting, path: pathOf(setting), value, layer: "flag", source: `flag ${setting.flag}` })
  }
  return { cells, problems, warnings: [] }
}

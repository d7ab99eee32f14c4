import type { ConfigProblem } from "./ConfigProblems.ts"
import type { Environment } from "./environment.ts"
import { type FileReading, isProviderId, PROVIDER_ID_ALLOWED } from "./FileCells.ts"
import { quote } from "./FoundValue.ts"
import { pathOf } from "./KnownKeys.ts"
import { type Preset, presets } from "./Presets.ts"
import { isSet, type Reading, type SettingCell } from "./SettingCells.ts"
import { PROVIDER_ID, type Setting, settingsTable, variablePart } from "./SettingsTable.ts"
import { suggest } from "./Suggestion.ts"

const GENERIC = "SIKU_"
const GENERIC_PROVIDER = "SIKU_AI_PROVIDERS_"

const isOfProvider = (setting: Setting): boolean => setting.path.includes(PROVIDER_ID)
const providerSettings = settingsTable.filter(isOfProvider)
const serviceSettings = settingsTable.filter((setting) => !isOfProvider(setting))
const genericNames = new Set(
  serviceSettings.flatMap((setting) => setting.variables).filter((variable) => variable.startsWith(GENERIC))
)

const lastKey = (setting: Setting): string => setting.path.split(".").at(-1) ?? setting.path

/** The variables that stand for a setting of a preset, the first that is set wins. */
export const presetVariables = (preset: Preset, setting: Setting): ReadonlyArray<string> => [
  ...setting.variables
    .filter((variable) => variable.startsWith("<PRESET>"))
    .map((variable) => variable.replace("<PRESET>", variablePart(preset.key))),
  ...(preset.environmentAliases[lastKey(setting)] ?? [])
]

/** The first of some variables that is set. */
export const firstSet = (
  environment: Environment,
  variables: ReadonlyArray<string>
): { readonly name: string; readonly value: string } | undefined => {
  for (const name of variables) {
    const value = environment[name]
    if (value !== undefined && isSet(value)) return { name, value }
  }
  return undefined
}

const sourceOf = (variable: string): string => `environment variable ${variable}`

/** Which presets the entries of the file follow. */
const presetsInFile = (file: FileReading): ReadonlyMap<string, unknown> =>
  new Map([
    ...[...file.providers.keys()].map((id): [string, unknown] => [id, id]),
    ...file.cells
      .filter((cell) => cell.setting.path === "ai.providers.<id>.preset")
      .map((cell): [string, unknown] => [cell.path[2] ?? "", cell.value])
  ])

/**
 * Reads the environment. A variable of a preset (`DEEPSEEK_API_KEY`) belongs to the provider with that id; where the
 * file has none but has entries that follow the preset and lack the value, to these; otherwise it makes a new provider.
 */
export const readEnvironmentCells = (environment: Environment, file: FileReading): Reading => {
  const cells: Array<SettingCell> = []
  const problems: Array<ConfigProblem> = []
  const warnings: Array<string> = []
  const add = (setting: Setting, path: ReadonlyArray<string>, variable: string, value: string): void => {
    cells.push({ setting, path, value, layer: "environment", source: sourceOf(variable) })
  }

  for (const setting of serviceSettings) {
    const found = setting.inFile ? firstSet(environment, setting.variables) : undefined
    if (found !== undefined) add(setting, pathOf(setting), found.name, found.value)
  }

  const followed = presetsInFile(file)
  const providersMeant = (preset: Preset, setting: Setting): ReadonlyArray<string> => {
    if (file.providers.has(preset.key)) return [preset.key]
    const lacking = [...file.providers].filter(
      ([id, keys]) => followed.get(id) === preset.key && !keys.has(lastKey(setting))
    )
    return lacking.length === 0 ? [preset.key] : lacking.map(([id]) => id)
  }
  for (const preset of presets.values())
    for (const setting of providerSettings) {
      const found = firstSet(environment, presetVariables(preset, setting))
      if (found === undefined) continue
      for (const id of providersMeant(preset, setting)) add(setting, pathOf(setting, id), found.name, found.value)
    }

  const idsByVariable = new Map([...presets.keys(), ...file.providers.keys()].map((id) => [variablePart(id), id]))
  for (const [variable, value] of Object.entries(environment).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (!variable.startsWith(GENERIC) || value === undefined || !isSet(value) || genericNames.has(variable)) continue
    const setting = variable.startsWith(GENERIC_PROVIDER)
      ? providerSettings.find((candidate) => variable.endsWith(`_${variablePart(lastKey(candidate))}`))
      : undefined
    if (setting === undefined) {
      const meant = suggest(variable, genericNames)
      warnings.push(
        `${sourceOf(quote(variable).slice(1, -1))}: unknown setting is ignored${meant === undefined ? "" : ` (did you mean ${meant}?)`}`
      )
      continue
    }
    const part = variable.slice(GENERIC_PROVIDER.length, -variablePart(lastKey(setting)).length - 1)
    const id = idsByVariable.get(part) ?? part.toLowerCase()
    if (isProviderId(id)) add(setting, pathOf(setting, id), variable, value)
    else
      problems.push({
        path: "ai.providers",
        source: sourceOf(variable),
        found: quote(id),
        allowed: PROVIDER_ID_ALLOWED
      })
  }
  return { cells, problems, warnings }
}

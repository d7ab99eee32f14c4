import type { ConfigProblem } from "./ConfigProblems.ts"
import type { Environment } from "./environment.ts"
import type { FileReading } from "./FileCells.ts"
import { quote } from "./FoundValue.ts"
import { pathOf } from "./KnownKeys.ts"
import { type Preset, presets } from "./Presets.ts"
import { isProviderId, PROVIDER_ID_ALLOWED } from "./ProviderId.ts"
import { isSet, type Reading, type SettingCell } from "./SettingCells.ts"
import { PROVIDER_ID, type Setting, variablePart } from "./Setting.ts"
import { settingsTable } from "./SettingsTable.ts"
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

/**
 * The setting and the id in the rest of a general variable. `MY_STALL_TIMEOUT` may be the `timeout` of `my_stall` or the
 * `stall_timeout` of `my`: an id that is known decides, else the longer setting.
 */
const readProviderVariable = (
  rest: string,
  idsByVariable: ReadonlyMap<string, string>
): { readonly setting: Setting; readonly id: string } | undefined => {
  const readings = providerSettings
    .filter((setting) => rest.endsWith(`_${variablePart(lastKey(setting))}`))
    .map((setting) => ({ setting, part: rest.slice(0, -variablePart(lastKey(setting)).length - 1) }))
    .sort((left, right) => left.part.length - right.part.length)
  const reading = readings.find(({ part }) => idsByVariable.has(part)) ?? readings[0]
  return reading && { setting: reading.setting, id: idsByVariable.get(reading.part) ?? reading.part.toLowerCase() }
}

/** Keys are one thing under two names: an entry with either has no need of the ones of its preset. */
const KEY_NAMES = ["api_key", "api_keys"]

/** Whether an entry of the file leaves it to the environment to say something. */
const lacks = (keys: ReadonlySet<string>, name: string): boolean =>
  !(KEY_NAMES.includes(name) ? KEY_NAMES : [name]).some((key) => keys.has(key))

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
      ([id, keys]) => followed.get(id) === preset.key && lacks(keys, lastKey(setting))
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
    const meantByVariable = variable.startsWith(GENERIC_PROVIDER)
      ? readProviderVariable(variable.slice(GENERIC_PROVIDER.length), idsByVariable)
      : undefined
    if (meantByVariable === undefined) {
      const meant = suggest(variable, genericNames)
      warnings.push(
        `${sourceOf(quote(variable).slice(1, -1))}: unknown setting is ignored${meant === undefined ? "" : ` (did you mean ${meant}?)`}`
      )
      continue
    }
    const { id, setting } = meantByVariable
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

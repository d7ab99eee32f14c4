import type { Duration } from "effect"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { describeFound } from "./FoundValue.ts"
import { settingAt } from "./KnownKeys.ts"
import { type Preset, presets } from "./Presets.ts"
import { cellKey, type SettingCell, type SettingCells } from "./SettingCells.ts"
import type { ProviderEntry, ProviderSettings } from "./Settings.ts"
import { variablePart } from "./SettingsTable.ts"
import { suggest } from "./Suggestion.ts"

interface Given {
  readonly cells: SettingCells
  /** Cells whose value could not be read; the problem with them is known already. */
  readonly failed: ReadonlySet<SettingCell>
  /** Ids in order of preference. */
  readonly order: ReadonlyArray<string>
  readonly entries: Readonly<Record<string, ProviderEntry>>
  readonly defaultProvider: string | undefined
  readonly timeout: Duration.Duration
}

export interface ResolvedProviders {
  readonly providers: ReadonlyArray<ProviderSettings>
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
}

/** What is given, with the cells of each provider at hand. */
interface Entries extends Given {
  readonly cellsOf: (id: string) => ReadonlyArray<SettingCell>
}

/** What became of an entry: it is ready, it is switched off, it has no key, or something about it is wrong. */
type Outcome =
  | { readonly _tag: "Ready"; readonly provider: ProviderSettings }
  | { readonly _tag: "Disabled" }
  | { readonly _tag: "WithoutKey"; readonly preset: Preset | undefined }
  | { readonly _tag: "Wrong"; readonly problem: ConfigProblem | undefined }

const presetKeys = [...presets.keys()].join(", ")

/** People copy the address of the endpoint as often as the one of the API. */
const normaliseBaseUrl = (url: string): string => url.replace(/\/chat\/completions$/i, "").replace(/\/+$/, "")

const notSet = (all: Entries, id: string, key: string, remedy: string): Outcome => {
  const known = settingAt(`ai.providers.${id}.${key}`)
  return {
    _tag: "Wrong",
    problem: {
      path: `ai.providers.${id}.${key}`,
      source: sourcesOf(all, id),
      found: "nothing",
      allowed: known?.setting.allowed ?? "",
      remedy
    }
  }
}

const groupCells = (cells: SettingCells): Entries["cellsOf"] => {
  const byId = new Map<string, Array<SettingCell>>()
  for (const cell of cells.values()) {
    const [, group, id] = cell.path
    if (group !== "providers" || id === undefined) continue
    const known = byId.get(id)
    if (known === undefined) byId.set(id, [cell])
    else known.push(cell)
  }
  return (id) => byId.get(id) ?? []
}

const sourcesOf = (entries: Entries, id: string): string =>
  [...new Set(entries.cellsOf(id).map((cell) => cell.source))].join(", ") || "the configuration file"

const unknownPreset = (all: Entries, id: string, key: string): Outcome => {
  const meant = suggest(key, presets.keys())
  const cell = all.cellsOf(id).find(({ path }) => path[3] === "preset")
  return {
    _tag: "Wrong",
    problem: {
      path: `ai.providers.${id}.preset`,
      source: cell?.source ?? sourcesOf(all, id),
      found: cell === undefined ? `nothing, and ${id} is not the key of one` : describeFound(key, false),
      allowed: `one of ${presetKeys}`,
      remedy: `${meant === undefined ? "" : `did you mean ${meant}? Otherwise `}use preset custom with a base_url for any OpenAI-compatible server`
    }
  }
}

const examine = (all: Entries, id: string, entry: ProviderEntry): Outcome => {
  if (entry.enabled === false) return { _tag: "Disabled" }
  if (all.cellsOf(id).some((cell) => all.failed.has(cell))) return { _tag: "Wrong", problem: undefined }
  const preset = presets.get(entry.preset ?? id)
  const lacksKey = entry.apiKey === undefined && (preset?.keyRequired ?? entry.preset === undefined)
  if (lacksKey) return { _tag: "WithoutKey", preset }
  if (preset === undefined) return unknownPreset(all, id, entry.preset ?? id)
  const variables = variablePart(preset.key)
  const baseUrl = entry.baseUrl ?? preset.baseUrl
  if (baseUrl === null)
    return notSet(all, id, "base_url", `set it in the file, or ${variables}_BASE_URL in the environment`)
  const model = entry.model ?? preset.model
  if (model === null) return notSet(all, id, "model", `set it in the file, or ${variables}_MODEL in the environment`)
  return {
    _tag: "Ready",
    provider: {
      id,
      name: entry.name ?? preset.name,
      preset,
      baseUrl: normaliseBaseUrl(baseUrl),
      apiKey: entry.apiKey,
      model,
      maxTokens: entry.maxTokens,
      temperature: entry.temperature,
      timeout: entry.timeout ?? all.timeout
    }
  }
}

const keyRemedy = (id: string, preset: Preset | undefined): string =>
  `set ai.providers.${id}.api_key${preset === undefined ? "" : `, or ${variablePart(preset.key)}_API_KEY in the environment`}`

const defaultProblem = (all: Entries, id: string, outcome: Outcome | undefined): ConfigProblem | undefined => {
  const cell = all.cells.get(cellKey(["ai", "default_provider"]))
  const problem = (found: string, remedy: string): ConfigProblem => ({
    path: "ai.default_provider",
    source: cell?.source ?? "default",
    found: `${describeFound(id, false)}, ${found}`,
    allowed: "the id of a configured provider",
    remedy
  })
  switch (outcome?._tag) {
    case "Disabled":
      return problem("which is not enabled", `set ai.providers.${id}.enabled to true, or name another provider`)
    case "WithoutKey":
      return problem("which has no api_key", keyRemedy(id, outcome.preset))
    case undefined: {
      const preset = presets.get(id)
      const meant = suggest(id, all.order)
      const addition = preset === undefined ? `add it under ai.providers` : keyRemedy(id, preset)
      return problem("which is not configured", meant === undefined ? addition : `did you mean ${meant}?`)
    }
    default:
      return undefined
  }
}

/** Puts together the providers that are enabled and complete, the default first. */
export const resolveProviders = (given: Given): ResolvedProviders => {
  const all: Entries = { ...given, cellsOf: groupCells(given.cells) }
  const entries = new Map(Object.entries(all.entries))
  const outcomes = new Map<string, Outcome>()
  for (const id of all.order) {
    const entry = entries.get(id)
    if (entry !== undefined) outcomes.set(id, examine(all, id, entry))
  }
  const problems: Array<ConfigProblem> = []
  const warnings: Array<string> = []
  const withoutKey: Array<string> = []
  const providers: Array<ProviderSettings> = []
  for (const [id, outcome] of outcomes) {
    const isDefault = id === all.defaultProvider
    if (outcome._tag === "Ready" && isDefault) providers.unshift(outcome.provider)
    else if (outcome._tag === "Ready") providers.push(outcome.provider)
    if (outcome._tag === "Wrong" && outcome.problem !== undefined) problems.push(outcome.problem)
    if (outcome._tag === "WithoutKey" && !isDefault) withoutKey.push(id)
  }
  if (withoutKey.length > 0)
    warnings.push(`ai.providers: left out, as there is no api_key for them: ${withoutKey.join(", ")}`)
  if (all.defaultProvider !== undefined) {
    const problem = defaultProblem(all, all.defaultProvider, outcomes.get(all.defaultProvider))
    if (problem !== undefined) problems.push(problem)
  }
  return { providers, problems, warnings }
}

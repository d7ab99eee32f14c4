import { Redacted } from "effect"
import { baseUrlOf } from "./baseUrlOf.ts"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { describeFound } from "./FoundValue.ts"
import { settingAt } from "./KnownKeys.ts"
import { whyNotReady } from "./NotReady.ts"
import { type Preset, presets } from "./Presets.ts"
import { variablePart } from "./Setting.ts"
import { cellKey, type SettingCell, type SettingCells } from "./SettingCells.ts"
import type { DecodedSettings, ProviderEntry, ProviderSettings, ProviderStatus } from "./Settings.ts"
import { suggest } from "./Suggestion.ts"

/** What all sources say about models. */
export interface AiGiven {
  readonly cells: SettingCells
  /** Cells whose value could not be read; the problem with them is known already. */
  readonly failed: ReadonlySet<SettingCell>
  /** Ids of providers in order of preference. */
  readonly order: ReadonlyArray<string>
  readonly ai: DecodedSettings["ai"]
}

export interface ResolvedProviders {
  /** Those that are ready, the default first. */
  readonly providers: ReadonlyArray<ProviderSettings>
  /** All of them by id, the default first. */
  readonly entries: ReadonlyMap<string, ProviderStatus>
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
}

/** What is given, with the cells of each provider at hand. */
interface Entries extends AiGiven {
  readonly cellsOf: (id: string) => ReadonlyArray<SettingCell>
}

/** What became of an entry: it is ready, it is switched off, it has no key, or something about it is wrong. */
type Outcome =
  | { readonly state: "ready"; readonly provider: ProviderSettings }
  | { readonly state: "disabled" | "without_key" }
  | { readonly state: "wrong"; readonly problem: ConfigProblem | undefined }

const presetKeys = [...presets.keys()].join(", ")

const notSet = (all: Entries, id: string, key: string, remedy: string): Outcome => {
  const known = settingAt(`ai.providers.${id}.${key}`)
  return {
    state: "wrong",
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
    state: "wrong",
    problem: {
      path: `ai.providers.${id}.preset`,
      source: cell?.source ?? sourcesOf(all, id),
      found: cell === undefined ? `nothing, and ${id} is not the key of one` : describeFound(key, false),
      allowed: `one of ${presetKeys}`,
      remedy: `${meant === undefined ? "" : `did you mean ${meant}? Otherwise `}use preset custom with a base_url for any OpenAI-compatible server`
    }
  }
}

/** All keys, `api_key` first, each once. */
const keysOf = ({ apiKey, apiKeys = [] }: ProviderEntry): ReadonlyArray<Redacted.Redacted> => [
  ...new Map(
    (apiKey === undefined ? apiKeys : [apiKey, ...apiKeys]).map((key): [string, Redacted.Redacted] => [
      Redacted.value(key),
      key
    ])
  ).values()
]

/** The built-in demo model is asked for by it. */
const RESERVED = "demo"

const reserved = (all: Entries, id: string): Outcome => ({
  state: "wrong",
  problem: {
    path: `ai.providers.${id}`,
    source: sourcesOf(all, id),
    found: "the name of the demo model, which is always there",
    allowed: "another id",
    remedy: "call the provider otherwise"
  }
})

const isStored = (all: Entries, id: string, key: string): boolean =>
  all.cells.get(cellKey(["ai", "providers", id, key]))?.layer === "stored"

const examine = (all: Entries, id: string, entry: ProviderEntry, preset: Preset | undefined): Outcome => {
  if (entry.enabled === false) return { state: "disabled" }
  if (id === RESERVED) return reserved(all, id)
  if (all.cellsOf(id).some((cell) => all.failed.has(cell))) return { state: "wrong", problem: undefined }
  const apiKeys = keysOf(entry)
  const needsKey = preset?.keyRequired ?? entry.preset === undefined
  if (needsKey && apiKeys.length === 0) return { state: "without_key" }
  if (preset === undefined) return unknownPreset(all, id, entry.preset ?? id)
  const variables = variablePart(preset.key)
  const baseUrl = entry.baseUrl ?? preset.baseUrl
  if (baseUrl === null)
    return notSet(all, id, "base_url", `set it in the file, or ${variables}_BASE_URL in the environment`)
  const model = entry.model ?? preset.model
  if (model === null) return notSet(all, id, "model", `set it in the file, or ${variables}_MODEL in the environment`)
  return {
    state: "ready",
    provider: {
      id,
      name: entry.name ?? preset.name,
      preset,
      baseUrl: baseUrlOf(baseUrl),
      apiKeys,
      model,
      maxTokens: entry.maxTokens,
      temperature: entry.temperature,
      timeout: entry.timeout ?? all.ai.timeout,
      stallTimeout: entry.stallTimeout ?? all.ai.stallTimeout,
      maxRetries: entry.maxRetries ?? all.ai.maxRetries,
      concurrency: entry.concurrency ?? all.ai.concurrency,
      proxy: entry.proxy,
      guarded: { target: isStored(all, id, "base_url"), proxy: isStored(all, id, "proxy") },
      prices: entry.prices ?? new Map()
    }
  }
}

const defaultProblem = (
  given: AiGiven,
  id: string,
  entries: ReadonlyMap<string, ProviderStatus>
): ConfigProblem | undefined => {
  const cell = given.cells.get(cellKey(["ai", "default_provider"]))
  const reason = whyNotReady(id, entries)
  return (
    reason && {
      path: "ai.default_provider",
      source: cell?.source ?? "default",
      found: reason.found,
      allowed: "the id of a configured provider",
      remedy: reason.remedy
    }
  )
}

/** Puts together the providers that are enabled and complete, the default first. */
export const resolveProviders = (given: AiGiven): ResolvedProviders => {
  const all: Entries = { ...given, cellsOf: groupCells(given.cells) }
  const { defaultProvider } = given.ai
  const decoded = new Map(Object.entries(given.ai.providers))
  const ids = [...given.order].sort(
    (left, right) => Number(right === defaultProvider) - Number(left === defaultProvider)
  )
  const problems: Array<ConfigProblem> = []
  const withoutKey: Array<string> = []
  const providers: Array<ProviderSettings> = []
  const entries = new Map<string, ProviderStatus>()
  for (const id of ids) {
    const entry = decoded.get(id)
    if (entry === undefined) continue
    const preset = presets.get(entry.preset ?? id)
    const outcome = examine(all, id, entry, preset)
    entries.set(id, { id, state: outcome.state, entry, preset })
    if (outcome.state === "ready") providers.push(outcome.provider)
    if (outcome.state === "wrong" && outcome.problem !== undefined) problems.push(outcome.problem)
    if (outcome.state === "without_key" && id !== defaultProvider) withoutKey.push(id)
  }
  const problem = defaultProvider === undefined ? undefined : defaultProblem(given, defaultProvider, entries)
  return {
    providers,
    entries,
    problems: problem === undefined ? problems : [...problems, problem],
    warnings:
      withoutKey.length === 0
        ? []
        : [`ai.providers: left out, as there is no api_key for them: ${withoutKey.join(", ")}`]
  }
}

/**
 * The `models` in files of another service that reasons in threads: for each part of the thinking a model, and the address that
 * it is at. Here they become providers and roles. A setting of `ai.roles` in the same file wins.
 */
import { Predicate } from "effect"
import { baseUrlOf } from "./baseUrlOf.ts"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { firstSet } from "./EnvironmentCells.ts"
import type { Environment } from "./environment.ts"
import type { FileReading } from "./FileCells.ts"
import { describeFound, showKey } from "./FoundValue.ts"
import { settingAt } from "./KnownKeys.ts"
import { presets } from "./Presets.ts"
import type { Role } from "./Roles.ts"
import { cellKey, isSet, type SettingCell } from "./SettingCells.ts"
import { suggest } from "./Suggestion.ts"

/** The parts as they are named there, the first spelling that is given wins, and how the variables of their keys begin. */
const parts: ReadonlyArray<{ readonly role: Role; readonly names: ReadonlyArray<string>; readonly variable: string }> =
  [
    // First, as the provider of the first part becomes the default one where there is no other.
    { role: "thinker", names: ["thinker", "main_thinker"], variable: "MAIN" },
    { role: "planner", names: ["planner"], variable: "PLANNER" },
    { role: "summarizer", names: ["summarizer"], variable: "SUMMARY" },
    { role: "challenger", names: ["challenger", "counterexample_generator"], variable: "VALIDATION" },
    { role: "voter", names: ["voter", "validator"], variable: "VALIDATION" },
    { role: "fusion", names: ["fusion"], variable: "FUSION" }
  ]

/** Said of the role as they are. */
const ofRole = ["temperature", "max_tokens", "timeout", "max_retries"]
const ofModel = ["name", "model", "api_url", "api_key", "role", ...ofRole]

interface Key {
  readonly value: unknown
  readonly layer: SettingCell["layer"]
  readonly source: string
}

/** What is said about one part. */
interface RoleModel {
  readonly role: Role
  /** Where it stands, such as `models.planner`. */
  readonly path: string
  readonly given: ReadonlyMap<string, unknown>
  readonly model: string | undefined
  readonly address: string | undefined
  readonly key: Key | undefined
}

/** A provider that parts of one address and one key share. */
interface Shared {
  readonly id: string
  readonly isNew: boolean
  readonly address: string
  readonly key: Key | undefined
}

/** Adds what `models` says to what was read of the file. */
export const withRoleModels = (file: FileReading, environment: Environment, source: string): FileReading => {
  const { roleModels } = file
  if (!isSet(roleModels)) return file
  if (!Predicate.isObject(roleModels)) {
    const found = describeFound(roleModels, true)
    return {
      ...file,
      problems: [...file.problems, { path: "models", source, found, allowed: "a group of settings" }]
    }
  }
  const reading = readParts(new Map(Object.entries(roleModels)), environment, source)
  const cells: Array<SettingCell> = []
  const warnings = [...file.warnings, ...reading.warnings]
  const providers = new Map(file.providers)
  const set = new Set(file.cells.map(({ path }) => cellKey(path)))

  const add = (dotted: string, from: Key): void => {
    const known = settingAt(dotted)
    if (known !== undefined && isSet(from.value)) cells.push({ ...known, ...from })
  }

  const shared = shareProviders(reading.models, file)
  for (const each of reading.models) {
    const at = { layer: "file", source: `${source}, ${each.path}` } as const
    const provider = shared.get(each)
    const id = provider?.id ?? "default"
    const hasModels = set.has(cellKey(["ai", "roles", each.role, "models"]))
    if (hasModels && (each.model !== undefined || provider !== undefined))
      warnings.push(`${source}: ${each.path} does not choose the model, as ai.roles.${each.role}.models does`)
    else if (provider !== undefined || each.model !== undefined)
      add(`ai.roles.${each.role}.models`, { ...at, value: [each.model === undefined ? id : `${id}/${each.model}`] })
    for (const name of ofRole)
      if (!set.has(cellKey(["ai", "roles", each.role, name])))
        add(`ai.roles.${each.role}.${name}`, { ...at, value: each.given.get(name) })
    if (provider === undefined || !provider.isNew || hasModels || providers.has(id)) continue
    providers.set(id, new Set(["preset", "base_url", "model", ...(provider.key === undefined ? [] : ["api_key"])]))
    add(`ai.providers.${id}.preset`, { ...at, value: presetAt(provider.address) })
    add(`ai.providers.${id}.base_url`, { ...at, value: provider.address })
    add(`ai.providers.${id}.model`, { ...at, value: each.model })
    if (provider.key !== undefined) add(`ai.providers.${id}.api_key`, provider.key)
  }
  return {
    ...file,
    cells: [...file.cells, ...cells],
    problems: [...file.problems, ...reading.problems],
    warnings,
    providers
  }
}

const readParts = (given: ReadonlyMap<string, unknown>, environment: Environment, source: string) => {
  const models: Array<RoleModel> = []
  const problems: Array<ConfigProblem> = []
  const warnings: Array<string> = []
  const unknown = (path: string, key: string, known: Iterable<string>): void => {
    const meant = suggest(key, known)
    const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`
    warnings.push(`${source}: unknown setting ${path}.${showKey(key)}${hint} is ignored`)
  }
  const names = parts.flatMap((part) => part.names)
  for (const key of given.keys()) if (!names.includes(key)) unknown("models", key, names)

  for (const { names, role, variable } of parts) {
    const [name, ...others] = names.filter((each) => isSet(given.get(each)))
    if (name === undefined) continue
    const path = `models.${name}`
    for (const other of others) warnings.push(`${source}: models.${other} is ignored, as ${path} is set`)
    const value = given.get(name)
    if (!Predicate.isObject(value)) {
      const remedy = "write its settings under it, such as api_url and model"
      problems.push({ path, source, found: describeFound(value, true), allowed: "a group of settings", remedy })
      continue
    }
    const fields = new Map(Object.entries(value))
    for (const key of fields.keys()) if (!ofModel.includes(key)) unknown(path, key, ofModel)
    const textAt = (key: string): string | undefined => {
      const text: unknown = fields.get(key)
      if (!isSet(text)) return undefined
      if (typeof text === "string") return text.trim()
      problems.push({ path: `${path}.${key}`, source, found: describeFound(text, false), allowed: "a text" })
      return undefined
    }
    const url = textAt("api_url")
    models.push({
      role,
      path,
      given: fields,
      model: textAt("model") ?? textAt("name"),
      address: url === undefined ? undefined : baseUrlOf(url),
      key: keyOf(fields, environment, variable, `${source}, ${path}`)
    })
  }
  return { models, problems, warnings }
}

const keyOf = (
  fields: ReadonlyMap<string, unknown>,
  environment: Environment,
  variable: string,
  source: string
): Key | undefined => {
  const found = firstSet(environment, [`${variable}_MODEL_API_KEY`, `${variable}_API_KEY`])
  if (found !== undefined)
    return { value: found.value, layer: "environment", source: `environment variable ${found.name}` }
  const value = fields.get("api_key")
  return isSet(value) ? { value, layer: "file", source } : undefined
}

const sameAddress = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase()

const presetAt = (address: string): string =>
  [...presets.values()].find(({ baseUrl }) => baseUrl !== null && sameAddress(baseUrlOf(baseUrl), address))?.key ??
  "custom"

/** The providers of the file by their addresses. */
const providersOf = (file: FileReading): ReadonlyArray<Shared> => {
  const valueAt = (id: string, key: string): unknown =>
    file.cells.find(({ path }) => path[1] === "providers" && path[2] === id && path[3] === key)?.value
  return [...file.providers.keys()].flatMap((id) => {
    const preset = presets.get(String(valueAt(id, "preset") ?? id))
    const url = valueAt(id, "base_url") ?? preset?.baseUrl
    return typeof url === "string" ? [{ id, isNew: false, address: baseUrlOf(url.trim()), key: undefined }] : []
  })
}

/**
 * Which provider each part with an address asks: one for the parts of the same address and key. A part without a key takes that
 * of another at its address, or a provider of the file that is there.
 */
const shareProviders = (models: ReadonlyArray<RoleModel>, file: FileReading): ReadonlyMap<RoleModel, Shared> => {
  const inFile = providersOf(file)
  const made: Array<Shared> = []
  const taken = new Set(file.providers.keys())
  const found = new Map<RoleModel, Shared>()
  const withKeyFirst = [...models].sort(
    (left, right) => Number(right.key !== undefined) - Number(left.key !== undefined)
  )
  for (const each of withKeyFirst) {
    const { address, key, role } = each
    if (address === undefined) continue
    const fits = [...made, ...inFile].find(
      (one) => sameAddress(one.address, address) && (key === undefined || one.key?.value === key.value)
    )
    const provider = fits ?? { id: freeId(role, taken), isNew: true, address, key }
    if (fits === undefined) made.push(provider)
    taken.add(provider.id)
    found.set(each, provider)
  }
  return found
}

const freeId = (role: string, taken: ReadonlySet<string>): string =>
  taken.has(role) ? freeId(`${role}-model`, taken) : role

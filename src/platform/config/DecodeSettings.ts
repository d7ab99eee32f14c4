import { Result, Schema, SchemaIssue } from "effect"
import { pricesSetting } from "./AiSettingsTable.ts"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { readPrices } from "./Prices.ts"
import { roles } from "./Roles.ts"
import { cellKey, defaultCells, problemWith, type SettingCell, type SettingCells } from "./SettingCells.ts"
import { DecodedSettings } from "./Settings.ts"

/** A key of the file as the decoded settings spell it: `public_url` is `publicUrl`. */
export const decodedKey = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The path of a cell in the decoded settings. Ids of providers and roles are names and stay as they are. */
export const decodedPath = (path: ReadonlyArray<string>): ReadonlyArray<string> =>
  path.map((key, index) => (index === 2 && path[0] === "ai" ? key : decodedKey(key)))

type Branch = Map<string, Branch | unknown>

const isBranch = (node: unknown): node is Branch => node instanceof Map

const branchAt = (parent: Branch, key: string): Branch => {
  const present = parent.get(key)
  if (isBranch(present)) return present
  const created: Branch = new Map()
  parent.set(key, created)
  return created
}

/** `Object.fromEntries` defines keys rather than assigning them, so no key reaches a prototype. */
const toObject = (node: unknown): unknown =>
  isBranch(node) ? Object.fromEntries([...node].map(([key, child]) => [key, toObject(child)])) : node

const toTree = (cells: SettingCells, providers: Iterable<string>): unknown => {
  const root: Branch = new Map(Object.keys(DecodedSettings.fields).map((section) => [section, new Map()]))
  for (const role of roles) branchAt(branchAt(branchAt(root, "ai"), "roles"), role)
  branchAt(branchAt(root, "thinking"), "budget")
  const entries = branchAt(branchAt(root, "ai"), "providers")
  for (const id of providers) branchAt(entries, id)
  for (const cell of cells.values()) {
    const path = decodedPath(cell.path)
    const group = path.slice(0, -1).reduce(branchAt, root)
    group.set(path[path.length - 1] ?? "", cell.value)
  }
  return toObject(root)
}

const decode = Schema.decodeUnknownResult(DecodedSettings, { errors: "all" })
const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

const failedCells = (cells: SettingCells, issue: SchemaIssue.Issue): ReadonlySet<SettingCell> => {
  const byDecodedPath = new Map([...cells.values()].map((cell) => [cellKey(decodedPath(cell.path)), cell]))
  const failed = new Set<SettingCell>()
  for (const { path = [] } of issuesOf(issue).issues) {
    // An issue may lie inside the value of a setting, such as in one entry of a list.
    for (let length = path.length; length > 0; length--) {
      const cell = byDecodedPath.get(cellKey(path.slice(0, length).map(String)))
      if (cell === undefined) continue
      failed.add(cell)
      break
    }
  }
  return failed
}

/** A price table is one setting of many values, each of which is told by its own place. */
const problemsWith = (cell: SettingCell): ReadonlyArray<ConfigProblem> => {
  const faults = cell.setting === pricesSetting ? (readPrices(cell.value)?.faults ?? []) : []
  if (faults.length === 0) return [problemWith(cell)]
  return faults.map(({ path, ...fault }) => ({
    path: [...cell.path, ...path].join("."),
    source: cell.source,
    ...fault
  }))
}

export interface Decoding {
  readonly settings: DecodedSettings
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
  /** The cells that could not be read; `settings` holds the defaults in their place. */
  readonly failed: ReadonlySet<SettingCell>
}

/**
 * Decodes what the sources say. Values that cannot be read become problems and give way to the defaults, so that what
 * follows can look for further problems among the rest.
 */
export const decodeSettings = (cells: SettingCells, providers: Iterable<string>): Decoding => {
  const first = decode(toTree(cells, providers))
  if (Result.isSuccess(first)) return { settings: first.success, problems: [], warnings: [], failed: new Set() }
  const failed = failedCells(cells, first.failure.issue)
  const remaining = new Map([...cells].filter(([, cell]) => !failed.has(cell)))
  for (const cell of defaultCells) {
    const key = cellKey(cell.path)
    if (!remaining.has(key)) remaining.set(key, cell)
  }
  return {
    settings: Result.getOrThrow(decode(toTree(remaining, providers))),
    problems: [...failed].flatMap(problemsWith),
    warnings: [],
    failed
  }
}

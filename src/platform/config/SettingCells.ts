import { Predicate, type Schema } from "effect"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { describeFound } from "./FoundValue.ts"
import { pathOf } from "./KnownKeys.ts"
import type { Setting } from "./Setting.ts"
import { settingsTable } from "./SettingsTable.ts"

/** Where a value comes from, each winning over those before it; "stored" is what was set while the service ran. */
export type Layer = "default" | "file" | "environment" | "flag" | "stored"

/** One value of one setting, as one source gave it. */
export interface SettingCell {
  readonly setting: Setting
  /** The keys of the file that lead to it, with the id of the provider where it belongs to one. */
  readonly path: ReadonlyArray<string>
  readonly value: unknown
  readonly layer: Layer
  /** The source, for people: a file, an environment variable or a flag by name, or where it was stored. */
  readonly source: string
}

/** What holds of one setting, and who said so. */
export interface EffectiveSetting {
  readonly setting: Setting
  /** As it may be written in a file: seconds, bytes, lists; `null` where it is not set, `…` for a secret. */
  readonly value: Schema.Json
  readonly layer: Layer
  /** The source, for people. */
  readonly source: string
}

/** The settings that say where the file is, by path: they are no cells. */
export type Located = ReadonlyMap<string, Omit<EffectiveSetting, "setting">>

/** What one source has to say. */
export interface Reading {
  readonly cells: ReadonlyArray<SettingCell>
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
}

/** Null, blank text and absence all say "not set". */
export const isSet = (value: unknown): boolean =>
  Predicate.isNotNullish(value) && !(typeof value === "string" && value.trim() === "")

/** A problem with the value of a cell; the value itself is shown only where it is no secret. */
export const problemWith = (cell: SettingCell): ConfigProblem => ({
  path: cell.path.join("."),
  source: cell.source,
  found: describeFound(cell.value, cell.setting.secret),
  allowed: cell.setting.allowed,
  ...(cell.setting.remedy === undefined ? {} : { remedy: cell.setting.remedy })
})

/** The winning cell of every setting that has one, by `cellKey`, in the order in which sources named them. */
export type SettingCells = ReadonlyMap<string, SettingCell>

export const cellKey = (path: ReadonlyArray<string>): string => JSON.stringify(path)

export const defaultCells: ReadonlyArray<SettingCell> = settingsTable.flatMap((setting) =>
  setting.default === undefined || !setting.inFile || setting.path.startsWith("ai.providers.")
    ? []
    : [{ setting, path: pathOf(setting), value: setting.default, layer: "default", source: "default" }]
)

/** Later layers win over earlier ones. */
export const mergeCells = (layers: ReadonlyArray<ReadonlyArray<SettingCell>>): SettingCells =>
  new Map(layers.flat().map((cell) => [cellKey(cell.path), cell]))

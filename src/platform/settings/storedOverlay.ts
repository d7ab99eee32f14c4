import { Result, Schema } from "effect"
import { type ConfigProblem, describeProblem } from "../config/ConfigProblems.ts"
import { isLive } from "../config/isLive.ts"
import { settingAt } from "../config/KnownKeys.ts"
import type { EffectiveSetting, SettingCell } from "../config/SettingCells.ts"
import type { Resolution } from "../config/Settings.ts"
import type { Overlay } from "./LiveSettings.ts"

/** Where a value that was changed while running comes from, in problems. */
export const CHANGED = "what was changed while running"

const decodeJson = Schema.decodeResult(Schema.fromJsonString(Schema.Json))

/** The value of a setting as a cell of the layer "stored"; `undefined` where it is no JSON or of no setting that may be changed. */
export const storedCell = (path: string, text: string): SettingCell | undefined => {
  const known = settingAt(path)
  const value = decodeJson(text)
  return known === undefined || known.setting.path !== path || !isLive(path) || Result.isFailure(value)
    ? undefined
    : { ...known, value: value.success, layer: "stored", source: CHANGED }
}

/** What is stored, sorted by what becomes of it. */
export interface StoredOverlay {
  readonly overlay: Overlay
  /** What does not hold, by path, and why. */
  readonly unused: ReadonlyMap<string, string>
}

/** The cells of what is stored; what a flag says goes before it, so those are left out. */
export const overlayOf = (
  values: Iterable<readonly [string, string]>,
  configured: ReadonlyMap<string, EffectiveSetting>
): StoredOverlay => {
  const cells: Array<SettingCell> = []
  const unused = new Map<string, string>()
  for (const [path, text] of values) {
    const cell = storedCell(path, text)
    const flag = configured.get(path)
    if (cell === undefined) unused.set(path, "it is no setting that can be changed while running, or no value")
    else if (flag?.layer === "flag") unused.set(path, `${flag.source} says otherwise, and goes before it`)
    else cells.push(cell)
  }
  return { overlay: { cells, problems: [] }, unused }
}

/**
 * The same, without what no longer fits a configuration that has changed since: it stands aside and is named, for the service must
 * start all the same.
 */
export const fittingOverlay = (
  values: ReadonlyMap<string, string>,
  configured: ReadonlyMap<string, EffectiveSetting>,
  resolve: (overlay: Overlay) => Resolution
): StoredOverlay => {
  const { overlay, unused } = overlayOf(values, configured)
  const aside = new Map(unused)
  let cells = overlay.cells
  for (;;) {
    const { problems } = resolve({ cells, problems: [] })
    if (problems.length === 0 || cells.length === 0) return { overlay: { cells, problems: [] }, unused: aside }
    const blamed = cells.filter(({ setting }) => problems.some(({ path }) => path === setting.path))
    const out = blamed.length > 0 ? blamed : cells.slice(-1)
    for (const { setting } of out) aside.set(setting.path, reasonOf(setting.path, problems))
    cells = cells.filter((cell) => !out.includes(cell))
  }
}

const reasonOf = (path: string, problems: ReadonlyArray<ConfigProblem>): string => {
  const own = problems.filter((problem) => problem.path === path)
  return (own.length > 0 ? own : problems).map(describeProblem).join("; ")
}

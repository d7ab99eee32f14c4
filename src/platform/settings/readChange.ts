import { Schema } from "effect"
import type { ConfigProblem } from "../config/ConfigProblems.ts"
import { describeLength, quote } from "../config/FoundValue.ts"
import { isLive, isOfProviders } from "../config/isLive.ts"
import { settingAt } from "../config/KnownKeys.ts"
import { type EffectiveSetting, isSet, problemWith, type SettingCell } from "../config/SettingCells.ts"
import { settingsTable } from "../config/SettingsTable.ts"
import { suggest } from "../config/Suggestion.ts"

/** What was sent to be changed: values by the paths of settings, `null` goes back to the configuration. */
export type Change = Readonly<Record<string, unknown>>

/** A change that has been understood; it is one only where there are no problems. */
export interface ReadChange {
  /** As JSON, by path. */
  readonly put: ReadonlyMap<string, string>
  readonly remove: ReadonlySet<string>
  readonly problems: ReadonlyArray<ConfigProblem>
}

const SOURCE = "the request"
const LONGEST_VALUE = 16_384
const MOST_SETTINGS = 500

const paths = settingsTable.map(({ path }) => path)
const isJson = Schema.is(Schema.Json)

/**
 * Reads what was sent. All that is wrong is told at once: what is no setting, what needs a restart, what a flag decides. A setting that
 * cannot be changed may be sent as it was read, masked where it is secret: that is no change.
 */
export const readChange = (
  change: Change,
  configured: ReadonlyMap<string, EffectiveSetting>,
  stored: ReadonlyMap<string, string>
): ReadChange => {
  const put = new Map<string, string>()
  const remove = new Set<string>()
  const problems: Array<ConfigProblem> = []
  const entries = Object.entries(change)
  if (entries.length > MOST_SETTINGS)
    return { put, remove, problems: [problem("(the request)", `${entries.length} settings`, `up to ${MOST_SETTINGS}`)] }
  for (const [key, value] of entries) {
    const known = settingAt(key)
    const setting = known?.setting ?? settingsTable.find(({ inFile, path }) => !inFile && path === key)
    if (setting === undefined) {
      // An older version may have stored it.
      if (value === null && stored.has(key)) remove.add(key)
      else problems.push(unknown(key))
      continue
    }
    const { path } = setting
    const holds = configured.get(path)
    if (put.has(path) || remove.has(path)) problems.push(problem(path, "the same setting twice", "each setting once"))
    else if (isOfProviders(path)) problems.push(ofProviders(key))
    else if (!isLive(path)) {
      const isAsItWas = value === null || (isJson(value) && JSON.stringify(value) === JSON.stringify(holds?.value))
      if (!isAsItWas) problems.push(needsRestart(path))
    } else if (!isSet(value)) remove.add(path)
    else {
      const text = isJson(value) ? JSON.stringify(value) : ""
      const cell: SettingCell = { setting, path: path.split("."), value, layer: "stored", source: SOURCE }
      if (text === "") problems.push(problemWith(cell))
      else if (text.length > LONGEST_VALUE) problems.push({ ...problemWith(cell), found: describeLength(text) })
      else if (holds?.layer === "flag") problems.push(saidByFlag(path, holds.source))
      else put.set(path, text)
    }
  }
  return { put, remove, problems }
}

const problem = (path: string, found: string, allowed: string, remedy?: string): ConfigProblem => ({
  path,
  source: SOURCE,
  found,
  allowed,
  ...(remedy === undefined ? {} : { remedy })
})

const unknown = (key: string): ConfigProblem => {
  const meant = suggest(key, paths)
  return problem(
    quote(key).slice(1, -1),
    "a setting that does not exist",
    "the path of a setting, such as answering.mode",
    meant === undefined ? undefined : `did you mean ${meant}?`
  )
}

const ofProviders = (path: string): ConfigProblem =>
  problem(
    path,
    "a setting of the providers",
    "settings that are not of single providers",
    path === "ai.default_provider"
      ? "choose it with POST /api/v1/providers/<id>/default"
      : "change it with PATCH /api/v1/providers/<id>"
  )

const needsRestart = (path: string): ConfigProblem =>
  problem(
    path,
    "a change that needs a restart",
    "no change while Siku runs",
    "set it in the configuration file, the environment or a flag, and start Siku again"
  )

const saidByFlag = (path: string, flag: string): ConfigProblem =>
  problem(
    path,
    `a change of what ${flag} says`,
    "no change while that flag holds",
    "start Siku again without that flag"
  )

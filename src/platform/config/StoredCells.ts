import { defaultProviderSetting } from "./AiSettingsTable.ts"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { describeFound, showKey } from "./FoundValue.ts"
import { knownKeys, pathOf } from "./KnownKeys.ts"
import { isProviderId, PROVIDER_ID_ALLOWED } from "./ProviderId.ts"
import { PROVIDER_ID } from "./Setting.ts"
import { isSet, type SettingCell } from "./SettingCells.ts"
import { suggest } from "./Suggestion.ts"

const entryKeys = knownKeys.children.get("ai")?.children.get("providers")?.children.get(PROVIDER_ID)?.children

/** What was stored about one provider. Unlike in a file, an unknown field is a problem: someone has just sent it. */
export const readProviderCells = (
  id: string,
  fields: Readonly<Record<string, unknown>>,
  source: string
): { readonly cells: ReadonlyArray<SettingCell>; readonly problems: ReadonlyArray<ConfigProblem> } => {
  if (!isProviderId(id))
    return {
      cells: [],
      problems: [{ path: "ai.providers", source, found: describeFound(id, false), allowed: PROVIDER_ID_ALLOWED }]
    }
  const given = new Map(Object.entries(fields))
  const cells: Array<SettingCell> = []
  const problems: Array<ConfigProblem> = []
  for (const [key, value] of given) {
    const setting = entryKeys?.get(key)?.setting
    if (setting === undefined) {
      const meant = suggest(key, entryKeys?.keys() ?? [])
      problems.push({
        path: `ai.providers.${id}.${showKey(key)}`,
        source,
        found: "a setting that does not exist",
        allowed: "a setting of a provider",
        ...(meant === undefined ? {} : { remedy: `did you mean ${meant}?` })
      })
      continue
    }
    const path = pathOf(setting, id)
    const name = path.at(-1) ?? key
    const isRepeated = name !== key && isSet(given.get(name))
    if (isSet(value) && !isRepeated) cells.push({ setting, path, value, layer: "stored", source })
  }
  return { cells, problems }
}

/** The choice of the default provider, as it was stored. */
export const defaultProviderCell = (id: string, source: string): SettingCell => ({
  setting: defaultProviderSetting,
  path: pathOf(defaultProviderSetting),
  value: id,
  layer: "stored",
  source
})

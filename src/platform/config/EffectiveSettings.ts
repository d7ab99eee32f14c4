import { Predicate, Schema } from "effect"
import { decodedPath } from "./DecodeSettings.ts"
import { pathOf } from "./KnownKeys.ts"
import { PROVIDER_ID } from "./Setting.ts"
import { cellKey, type EffectiveSetting, type Located, type SettingCells } from "./SettingCells.ts"
import { DecodedSettings } from "./Settings.ts"
import { settingsTable } from "./SettingsTable.ts"

/** Stands for every secret that is set; no secret is written so. */
export const MASK = "…"

const encode = Schema.encodeSync(DecodedSettings)
const isJson = Schema.is(Schema.Json)

const valueAt = (tree: unknown, path: ReadonlyArray<string>): Schema.Json => {
  const found = path.reduce<unknown>((node, key) => (Predicate.hasProperty(node, key) ? node[key] : undefined), tree)
  return isJson(found) ? found : null
}

/** Every setting as it holds, but for those of single providers, which have a management of their own. */
export const effectiveSettings = (
  settings: DecodedSettings,
  cells: SettingCells,
  located: Located
): ReadonlyArray<EffectiveSetting> => {
  const written = encode({ ...settings, ai: { ...settings.ai, providers: {} } })
  return settingsTable
    .filter(({ path }) => !path.includes(PROVIDER_ID))
    .map((setting) => {
      const place = located.get(setting.path)
      if (place !== undefined) return { setting, ...place }
      const path = pathOf(setting)
      const cell = cells.get(cellKey(path))
      const isSecret = setting.secret && cell !== undefined && cell.layer !== "default"
      const value = isSecret ? MASK : valueAt(written, decodedPath(path))
      return { setting, value, layer: cell?.layer ?? "default", source: cell?.source ?? "default" }
    })
}

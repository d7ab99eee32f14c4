import { PROVIDER_ID, type Setting } from "./Setting.ts"
import { settingsTable } from "./SettingsTable.ts"

/** A key of the file: a setting, a group of further keys, or either as it is written. */
export interface KnownKey {
  readonly setting: Setting | undefined
  readonly children: ReadonlyMap<string, KnownKey>
}

const places = settingsTable
  .filter(({ inFile }) => inFile)
  .flatMap((setting) => [setting.path, ...setting.elsewhere].map((path) => ({ path, setting })))

const groupUnder = (prefix: string, itself?: Setting): KnownKey => {
  const children = new Map<string, KnownKey>()
  const settings = new Map<string, Setting>()
  const inside = places.filter(({ path }) => path.startsWith(prefix))
  for (const { path, setting } of inside) {
    const [key = "", ...rest] = path.slice(prefix.length).split(".")
    if (rest.length === 0) for (const name of [key, ...setting.aliases]) settings.set(name, setting)
  }
  for (const { path } of inside) {
    const [key = "", ...rest] = path.slice(prefix.length).split(".")
    if (rest.length > 0 && !children.has(key)) children.set(key, groupUnder(`${prefix}${key}.`, settings.get(key)))
  }
  for (const [name, setting] of settings) if (!children.has(name)) children.set(name, { setting, children: new Map() })
  return { setting: itself, children }
}

/** All keys of the file as a tree; the ids of providers appear as `<id>`. */
export const knownKeys: KnownKey = groupUnder("")

/** The setting at a path written with dots, aliases included, and its path with the ids of providers in place. */
export const settingAt = (
  dotted: string
): { readonly setting: Setting; readonly path: ReadonlyArray<string> } | undefined => {
  const provider = /^ai\.providers\.(.+)\.([^.]+)$/.exec(dotted)
  const keys = provider === null ? dotted.split(".") : ["ai", "providers", provider[1] ?? "", provider[2] ?? ""]
  let known: KnownKey | undefined = knownKeys
  for (const key of keys) known = known?.children.get(key) ?? known?.children.get(PROVIDER_ID)
  if (known?.setting === undefined) return undefined
  return { setting: known.setting, path: pathOf(known.setting, keys[2]) }
}

/** The path of a setting as keys, with the id of the provider it belongs to, where it belongs to one. */
export const pathOf = (setting: Setting, providerId?: string): ReadonlyArray<string> =>
  setting.path.split(".").map((key) => (key === PROVIDER_ID ? (providerId ?? PROVIDER_ID) : key))

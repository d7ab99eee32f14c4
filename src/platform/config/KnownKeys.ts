import { PROVIDER_ID, type Setting } from "./Setting.ts"
import { settingsTable } from "./SettingsTable.ts"

/** A key of the file: either a setting or a group of further keys. */
export interface KnownKey {
  readonly setting: Setting | undefined
  readonly children: ReadonlyMap<string, KnownKey>
}

const groupUnder = (prefix: string): KnownKey => {
  const children = new Map<string, KnownKey>()
  for (const setting of settingsTable) {
    if (!setting.inFile || !setting.path.startsWith(prefix)) continue
    const [key = "", ...rest] = setting.path.slice(prefix.length).split(".")
    if (rest.length > 0) children.set(key, children.get(key) ?? groupUnder(`${prefix}${key}.`))
    else for (const name of [key, ...setting.aliases]) children.set(name, { setting, children: new Map() })
  }
  return { setting: undefined, children }
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

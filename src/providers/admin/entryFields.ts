import { Predicate, Redacted } from "effect"
import type { ProviderEntry } from "../../platform/config/Settings.ts"
import { settingsTable } from "../../platform/config/SettingsTable.ts"
import { maskKey } from "../policy/maskKey.ts"
import type { Fields, StoredEntry } from "./ProviderStore.ts"

const prefix = "ai.providers.<id>."
const entrySettings = settingsTable.filter(({ path }) => path.startsWith(prefix))

/** What a provider's entry may hold, by its name in the configuration file. */
export const entryFields = entrySettings.map((setting) => ({ ...setting, name: setting.path.slice(prefix.length) }))

const nameOf = new Map(
  entryFields.flatMap(({ aliases, name }) => [name, ...aliases].map((alias): [string, string] => [alias, name]))
)
const secretNames: ReadonlySet<string> = new Set(entryFields.filter(({ secret }) => secret).map(({ name }) => name))

/** The keys of an entry, each once, in the clear. */
export const keysOfEntry = ({ apiKey, apiKeys = [] }: ProviderEntry): ReadonlyArray<string> => [
  ...new Set([...(apiKey === undefined ? [] : [apiKey]), ...apiKeys].map(Redacted.value))
]

/** The address of a proxy without who may use it. */
export const maskProxy = (address: string): string => {
  if (!URL.canParse(address)) return "…"
  const url = new URL(address)
  return url.username === "" && url.password === "" ? address : `${url.protocol}//…@${url.host}`
}

/** The secrets of an entry as they stand, in the clear. */
export interface Secrets {
  readonly keys: ReadonlyArray<string>
  readonly proxy: string | undefined
}

/**
 * Lays what was sent over what is stored: `null` takes a field back, and a masked secret means the one it stands for, so
 * that what was read can be sent back without harm.
 */
export const mergeFields = (stored: StoredEntry, sent: Fields, current: Secrets): StoredEntry => {
  const settings = new Map(Object.entries(stored.settings))
  const secrets = new Map(Object.entries(stored.secrets))
  for (const [key, value] of Object.entries(sent)) {
    const name = nameOf.get(key) ?? key
    const fields = secretNames.has(name) ? secrets : settings
    const meant =
      name === "proxy" ? unmaskProxy(value, current) : name === "api_keys" ? unmaskKeys(value, current) : value
    if (isUntouched(name, meant, current)) continue
    if (meant === null) fields.delete(name)
    else fields.set(name, meant)
  }
  return { settings: Object.fromEntries(settings), secrets: Object.fromEntries(secrets) }
}

const untouched = Symbol("untouched")

const isUntouched = (name: string, value: unknown, { keys }: Secrets): boolean =>
  value === untouched || (name === "api_key" && keys.some((key) => maskKey(key) === value))

const unmaskProxy = (value: unknown, { proxy }: Secrets): unknown =>
  proxy !== undefined && value !== proxy && value === maskProxy(proxy) ? untouched : value

const unmaskKeys = (value: unknown, { keys }: Secrets): unknown => {
  const list: unknown = Predicate.isString(value) ? value.split(",").map((key) => key.trim()) : value
  if (!Array.isArray(list)) return value
  if (list.length === keys.length && keys.every((key, at) => maskKey(key) === list[at])) return untouched
  // Several keys may look alike: each mask takes the next of them.
  const byMask = Map.groupBy(keys, maskKey)
  return list.map((key: unknown) => (Predicate.isString(key) ? (byMask.get(key)?.shift() ?? key) : key))
}

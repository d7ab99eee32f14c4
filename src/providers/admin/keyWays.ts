/**
 * A key goes only where it was given for. Who may manage providers may not read their keys; pointing a provider elsewhere would tell them all the
 * same, so another address, family or proxy takes the key once more.
 */
import { Predicate, Redacted } from "effect"
import { baseUrlOf } from "../../platform/config/baseUrlOf.ts"
import type { ConfigProblem } from "../../platform/config/ConfigProblems.ts"
import type { ProviderStatus } from "../../platform/config/Settings.ts"
import { keysOfEntry } from "./entryFields.ts"
import type { Fields } from "./ProviderStore.ts"

/** One key and the way that it takes: where it is sent, in which form, and through whom. */
interface KeyWay {
  readonly key: string
  readonly target: string
  /** Of one's own; `undefined` where there is none in between but what the operator's `network` settings say. */
  readonly proxy: string | undefined
}

/** The ways that the keys of an entry take, or would take if it was switched on. */
const waysOf = (status: ProviderStatus | undefined): ReadonlyArray<KeyWay> => {
  if (status === undefined) return []
  const { entry, preset } = status
  const url = entry.baseUrl ?? preset?.baseUrl
  const target = `${preset?.family ?? ""} ${url == null ? "" : baseUrlOf(url)}`
  const proxy = entry.proxy === undefined || entry.proxy === "direct" ? undefined : Redacted.value(entry.proxy)
  return keysOfEntry(entry).map((key) => ({ key, target, proxy }))
}

/** The keys that were sent in the clear; what stands for one that is known (`sk-…abcd`) is none. */
export const keysIn = ({ api_key: key, api_keys: keys }: Fields): ReadonlySet<string> =>
  new Set(
    [key, ...(Array.isArray(keys) ? keys : Predicate.isString(keys) ? keys.split(",") : [])]
      .filter(Predicate.isString)
      .map((text) => text.trim())
  )

/** What is wrong with an entry some of whose keys would go where nobody has given them for. */
export const strayKeys = (options: {
  readonly after: ProviderStatus | undefined
  /** As it holds now, and as the configuration has it. */
  readonly known: ReadonlyArray<ProviderStatus | undefined>
  /** Keys that were given for the entry as it is to be. */
  readonly given: ReadonlySet<string>
  readonly source: string
}): ReadonlyArray<ConfigProblem> => {
  const { after, given, known, source } = options
  const ways = known.flatMap(waysOf)
  const isKnown = ({ key, proxy, target }: KeyWay): boolean =>
    given.has(key) ||
    ways.some((way) => way.key === key && way.target === target && (proxy === undefined || proxy === way.proxy))
  if (after === undefined || waysOf(after).every(isKnown)) return []
  return [
    {
      path: `ai.providers.${after.id}.api_key`,
      source,
      found: "no key for the new address, family or proxy",
      allowed: "every key of the provider once more, in full",
      remedy:
        "send api_key (and api_keys, where there are some) in the same request: a key goes only where it was given for"
    }
  ]
}

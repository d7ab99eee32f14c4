import type { ModelRef } from "./Settings.ts"

/** What follows when a provider fails; nothing for one that is not known. */
export type FallbackOf = (id: string) => ReadonlyArray<ModelRef>

/** A way through fallbacks that comes back to where it was: `way` begins and ends with the same provider. */
export interface Cycle {
  /** The provider whose fallback leads back. */
  readonly id: string
  readonly way: ReadonlyArray<string>
}

/**
 * The models to ask, in order: each of `first`, followed by what falls back from its provider, and so on. A provider
 * that is not ready (`modelOf` knows no model of it) is passed over, what falls back from it is not. No model comes
 * twice, whether it is named or meant as the provider's own.
 */
export const chainOf = (options: {
  readonly first: ReadonlyArray<ModelRef>
  readonly fallbackOf: FallbackOf
  /** The own model of a provider that is ready. */
  readonly modelOf: (id: string) => string | undefined
}): ReadonlyArray<ModelRef> => {
  const chain = new Map<string, ModelRef>()
  const followed = new Set<string>()
  const add = ({ model, provider }: ModelRef): void => {
    const own = options.modelOf(provider)
    const key = `${provider}/${model ?? own}`
    if (own !== undefined && !chain.has(key)) chain.set(key, { provider, model: model === own ? undefined : model })
    if (followed.has(provider)) return
    followed.add(provider)
    options.fallbackOf(provider).forEach(add)
  }
  options.first.forEach(add)
  return [...chain.values()]
}

/** Every fallback that leads back to a provider already on the way to it, itself included. None is left out. */
export const findCycles = (ids: Iterable<string>, fallbackOf: FallbackOf): ReadonlyArray<Cycle> => {
  const cycles: Array<Cycle> = []
  const done = new Set<string>()
  const follow = (id: string, way: ReadonlyArray<string>): void => {
    const here = [...way, id]
    for (const next of new Set(fallbackOf(id).map(({ provider }) => provider))) {
      const start = here.indexOf(next)
      if (start !== -1) cycles.push({ id, way: [...here.slice(start), next] })
      else if (!done.has(next)) follow(next, here)
    }
    done.add(id)
  }
  for (const id of ids) if (!done.has(id)) follow(id, [])
  return cycles
}

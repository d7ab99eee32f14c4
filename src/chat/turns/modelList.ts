import { Effect, Option } from "effect"
import type { LiveSettings } from "../../platform/settings/LiveSettings.ts"
import type { ProviderAdmin } from "../../providers/admin/ProviderAdmin.ts"
import type { Catalog } from "../../providers/Catalog.ts"
import { presetNames, settingsFor } from "../../thinking/presets.ts"

/** A model that a client can name. */
export interface ModelEntry {
  readonly id: string
  readonly ownedBy: string
  /** Seconds since 1970. */
  readonly created: number
  readonly description: string
}

const preset = "siku"

/**
 * The models that clients are shown: the names of ways to think, then for each provider its own model and those that a role
 * asks of it. More can be found than are listed: any model of a provider, and those as one way or another thinks with them.
 */
export const makeModelList = ({
  catalog,
  created,
  live,
  providers
}: {
  readonly catalog: Catalog["Service"]
  /** Seconds since 1970. */
  readonly created: number
  readonly live: LiveSettings["Service"]
  readonly providers: ProviderAdmin["Service"]
}): {
  readonly all: Effect.Effect<ReadonlyArray<ModelEntry>>
  readonly find: (id: string) => Effect.Effect<ModelEntry | undefined>
} => {
  const names = presetNames.map(({ description, name }): ModelEntry => ({
    id: name,
    ownedBy: preset,
    created,
    description
  }))

  const all = Effect.map(providers.all, ({ ai }) => {
    const labels = new Map(ai.providers.map(({ id, name }) => [id, name]))
    const own = new Map(ai.providers.map(({ id, model }) => [id, model]))
    const ids = new Set([
      ...ai.providers.map(({ id, model }) => `${id}/${model}`),
      ...Object.values(ai.roles).flatMap(({ chain }) =>
        chain.map(({ model, provider }) => `${provider}/${model ?? own.get(provider) ?? ""}`)
      )
    ])
    const models = [...ids].sort().flatMap((id): ReadonlyArray<ModelEntry> => {
      const provider = id.slice(0, id.indexOf("/"))
      const label = labels.get(provider)
      return label === undefined
        ? []
        : [{ id, ownedBy: provider, created, description: `${label}, asked directly: nothing is thought through.` }]
    })
    return [...names, ...models]
  })

  const find = Effect.fnUntraced(function* (id: string) {
    const listed = (yield* all).find((entry) => entry.id === id)
    if (listed !== undefined) return listed
    const found = settingsFor(live.current.thinking, { model: id })
    if (found !== undefined) {
      const isThere = found.through === undefined || Option.isSome(yield* catalog.find("fusion", found.through))
      return isThere
        ? { id, ownedBy: preset, created, description: `Thinks a question through with ${found.through}.` }
        : undefined
    }
    return Option.getOrUndefined(
      Option.map(yield* catalog.find("chat", id), ({ name, provider }): ModelEntry => ({
        id,
        ownedBy: provider,
        created,
        description: `${name}, asked directly: nothing is thought through.`
      }))
    )
  })

  return { all, find }
}

import { followsThinker, type Role } from "./Roles.ts"
import type { AiSettings } from "./Settings.ts"

const rolesOfThinking: ReadonlyArray<Role> = ["thinker", ...followsThinker]

/** The models that thinking may ask and whose price is not known, as `provider/model`, each once. */
export const unpricedModels = ({ providers, roles }: AiSettings): ReadonlyArray<string> => {
  const settings = new Map(providers.map((provider) => [provider.id, provider]))
  const names = rolesOfThinking.flatMap((role) =>
    roles[role].chain.flatMap(({ model, provider }) => {
      const found = settings.get(provider)
      const name = model ?? found?.model ?? ""
      return found === undefined || found.prices.has(name) || found.prices.has("*") ? [] : [`${provider}/${name}`]
    })
  )
  return [...new Set(names)]
}

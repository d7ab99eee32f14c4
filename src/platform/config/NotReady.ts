import { describeFound } from "./FoundValue.ts"
import { type Preset, presets } from "./Presets.ts"
import { variablePart } from "./Setting.ts"
import type { ProviderStatus } from "./Settings.ts"
import { suggest } from "./Suggestion.ts"

/** Why a provider that a setting names cannot be asked. */
export interface NotReady {
  readonly state: "disabled" | "without_key" | "unknown"
  readonly id: string
  /** Follows the name of the provider. */
  readonly reason: string
  readonly found: string
  readonly remedy: string
}

const keyRemedy = (id: string, preset: Preset | undefined): string =>
  `set ai.providers.${id}.api_key${preset === undefined ? "" : `, or ${variablePart(preset.key)}_API_KEY in the environment`}`

const notReady = (state: NotReady["state"], id: string, reason: string, remedy: string): NotReady => ({
  state,
  id,
  reason,
  found: `${describeFound(id, false)}, ${reason}`,
  remedy
})

/** `undefined` where the provider is ready, or where its settings are wrong, which is told at those. */
export const whyNotReady = (id: string, entries: ReadonlyMap<string, ProviderStatus>): NotReady | undefined => {
  const status = entries.get(id)
  switch (status?.state) {
    case "disabled":
      return notReady(
        "disabled",
        id,
        "which is not enabled",
        `set ai.providers.${id}.enabled to true, or name another provider`
      )
    case "without_key":
      return notReady("without_key", id, "which has no api_key", keyRemedy(id, status.preset))
    case undefined: {
      const preset = presets.get(id)
      const meant = suggest(id, entries.keys())
      const addition = preset === undefined ? `add it under ai.providers` : keyRemedy(id, preset)
      const remedy = meant === undefined ? addition : `did you mean ${meant}?`
      return notReady("unknown", id, "which is not configured", remedy)
    }
    default:
      return undefined
  }
}

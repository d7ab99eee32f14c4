import { Option } from "effect"
import { presets, type Preset } from "../../../src/platform/config/Presets.ts"
import type { Target } from "../../../src/providers/Family.ts"

export const key = "sk-canary-7f3a"

export const presetOf = (name: string): Preset => Option.getOrThrow(Option.fromUndefinedOr(presets.get(name)))

/** A model at a platform, with a key. */
export const targetOf = (name: string, model = "m", changes: Partial<Preset> = {}): Target => {
  const preset = { ...presetOf(name), ...changes }
  return { preset, baseUrl: preset.baseUrl ?? "http://127.0.0.1:9/v1", model, key }
}

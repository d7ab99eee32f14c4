import type { Preset } from "../platform/config/Presets.ts"

/** The numbers of a request that steer the choice of words; what is `undefined` was not set by anyone. */
export interface WantedParameters {
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  readonly maxTokens?: number | undefined
  readonly presencePenalty?: number | undefined
  readonly frequencyPenalty?: number | undefined
}

/** Whether a model's id begins with one of the prefixes. */
export const beginsWithAny = (model: string, prefixes: ReadonlyArray<string>): boolean =>
  prefixes.some((prefix) => model.startsWith(prefix))

/** The parameters that this model is known not to take, by their names on the wire. */
export const droppedFor = (preset: Preset, model: string): ReadonlySet<string> =>
  new Set(
    preset.droppedParameters
      .filter(({ models }) => models === undefined || beginsWithAny(model, models))
      .flatMap(({ parameters }) => parameters)
  )

/**
 * The sampling parameters as this platform and model take them: only those that somebody set, under the platform's name,
 * within its limits, without those that the model refuses.
 */
export const parametersFor = (
  preset: Preset,
  model: string,
  wanted: WantedParameters
): Readonly<Record<string, number>> => {
  const { default: usual, models } = preset.tokenParameter
  const tokenParameter = models.find(({ prefixes }) => beginsWithAny(model, prefixes))?.parameter ?? usual
  const dropped = droppedFor(preset, model)
  const parameters: Record<string, number> = {}
  const set = (name: string, value: number | undefined) => {
    if (value !== undefined && !dropped.has(name)) parameters[name] = value
  }
  set("temperature", within(wanted.temperature, preset.temperature))
  set("top_p", within(wanted.topP, preset.topP))
  set("presence_penalty", wanted.presencePenalty)
  set("frequency_penalty", wanted.frequencyPenalty)
  if (wanted.maxTokens !== undefined) {
    parameters[tokenParameter] = Math.min(wanted.maxTokens, preset.maxTokensLimit ?? Number.POSITIVE_INFINITY)
  }
  return parameters
}

// Just inside an end that does not belong to the range: platforms that refuse 2 take 1.99.
const step = 0.01

const within = (value: number | undefined, range: Preset["temperature"]): number | undefined => {
  if (value === undefined || range === undefined) return value
  const lowest = range.minExclusive ? range.min + step : range.min
  const highest = range.maxExclusive ? range.max - step : range.max
  return Math.min(highest, Math.max(lowest, value))
}

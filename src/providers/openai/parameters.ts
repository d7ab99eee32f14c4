import type { Preset } from "../../platform/config/Presets.ts"

const beginsWithAny = (model: string, prefixes: ReadonlyArray<string>): boolean =>
  prefixes.some((prefix) => model.startsWith(prefix))

/**
 * The sampling parameters as this platform and model take them: only those that somebody set, under the platform's name,
 * within its limits, without those that the model refuses.
 */
export const parametersFor = (
  preset: Preset,
  model: string,
  wanted: { readonly temperature: number | undefined; readonly maxTokens: number | undefined }
): Readonly<Record<string, number>> => {
  const { default: usual, models } = preset.tokenParameter
  const tokenParameter = models.find(({ prefixes }) => beginsWithAny(model, prefixes))?.parameter ?? usual
  const dropped = new Set(
    preset.droppedParameters
      .filter(({ models }) => models === undefined || beginsWithAny(model, models))
      .flatMap(({ parameters }) => parameters)
  )
  const { maxTokens, temperature } = wanted
  const parameters: Record<string, number> = {}
  if (temperature !== undefined && !dropped.has("temperature")) {
    parameters["temperature"] = within(temperature, preset.temperature)
  }
  if (maxTokens !== undefined) {
    parameters[tokenParameter] = Math.min(maxTokens, preset.maxTokensLimit ?? Number.POSITIVE_INFINITY)
  }
  return parameters
}

// Just inside an end that does not belong to the range: platforms that refuse 2 take 1.99.
const step = 0.01

const within = (value: number, range: Preset["temperature"]): number => {
  if (range === undefined) return value
  const lowest = range.minExclusive ? range.min + step : range.min
  const highest = range.maxExclusive ? range.max - step : range.max
  return Math.min(highest, Math.max(lowest, value))
}

import { hasTooManyImages, mostImages } from "../../providers/imageGuard.ts"
import type { Turn } from "../Turn.ts"

/** An option of a turn that cannot be had, by its name in `Turn` or `ChatRequest`, and a sentence that says so. */
export interface Refusal {
  readonly option: string
  readonly detail: string
}

/** What nobody can do. */
export const unsupportedAnywhere = ({ messages }: Turn): Refusal | undefined =>
  hasTooManyImages(messages)
    ? { option: "messages", detail: `A conversation may hold ${mostImages} images at most.` }
    : undefined

/** What a run of the reasoning engine cannot do. */
export const unsupportedByRuns = ({ choices = 1, model, options }: Turn): Refusal | undefined => {
  const { frequencyPenalty = 0, presencePenalty = 0, toolChoice = "auto", tools = [] } = options
  const refused = (option: string): Refusal => ({
    option,
    detail: `${model} thinks questions through and cannot do this; ask a model directly, as <provider>/<model>.`
  })
  if (choices > 1) {
    return {
      option: "choices",
      detail: `${model} weighs several answers in one run and gives the one that stood; ask a model directly, as <provider>/<model>, for several.`
    }
  }
  if (tools.length > 0 && toolChoice !== "none") return refused("tools")
  if (toolChoice !== "none" && toolChoice !== "auto") return refused("toolChoice")
  if (presencePenalty !== 0) return refused("presencePenalty")
  if (frequencyPenalty !== 0) return refused("frequencyPenalty")
  return undefined
}

/** What a plain call cannot do. */
export const unsupportedByCalls = ({ model, thinking }: Turn): Refusal | undefined => {
  const detail = `${model} is asked directly and not thought through; use siku, or siku:<preset>@${model}.`
  if (thinking !== undefined && Object.keys(thinking).length > 0) return { option: "thinking", detail }
  return undefined
}

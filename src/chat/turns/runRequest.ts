import type { ReasoningRequest } from "../../thinking/ReasoningRequest.ts"
import type { ThinkingSettings } from "../../thinking/ThinkingSettings.ts"
import type { Turn } from "../Turn.ts"

/** A turn as a question to think through; its options are those of the answer's own call. */
export const runRequest = (
  { messages, model, options }: Turn,
  settings: ThinkingSettings,
  through: string | undefined
): ReasoningRequest => {
  const { maxTokens, responseFormat, seed, stop, temperature, topP } = options
  return {
    model,
    ...(through === undefined ? {} : { through }),
    messages,
    sampling: {
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      ...(stop === undefined ? {} : { stop }),
      ...(seed === undefined ? {} : { seed })
    },
    ...(responseFormat === undefined ? {} : { format: responseFormat }),
    settings
  }
}

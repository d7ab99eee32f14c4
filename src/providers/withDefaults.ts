import type { ChatModel, ChatRequest } from "./ChatModel.ts"

/** What requests to a model are made with where they do not say it themselves. */
export interface RequestDefaults {
  readonly temperature: number | undefined
  readonly maxTokens: number | undefined
}

/** The model with what its role sets: a request's own values win, the provider's come last. */
export const withDefaults = (model: ChatModel, { maxTokens, temperature }: RequestDefaults): ChatModel => {
  if (temperature === undefined && maxTokens === undefined) return model
  const filled = (request: ChatRequest): ChatRequest => ({
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...request
  })
  return {
    ...model,
    complete: (request) => model.complete(filled(request)),
    stream: (request) => model.stream(filled(request))
  }
}

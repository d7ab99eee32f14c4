// The body of a reply that is no stream, and the usage both forms carry.
import type { ChatRequest } from "./ChatRequest.ts"
import type { Reply } from "./Reply.ts"

/** What is the same for every part of one reply. */
export interface ReplyIdentity {
  readonly id: string
  /** Seconds since the epoch. */
  readonly created: number
}

/** OpenAI's usage object. */
export interface Usage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
  readonly prompt_tokens_details?: { readonly cached_tokens: number }
  readonly completion_tokens_details?: { readonly reasoning_tokens: number }
}

/** The usage of a reply: the counts it sets, else a token for every four characters begun. */
export const usageOf = (request: ChatRequest, reply: Reply): Usage => {
  const reasoningTokens = reply.reasoningTokens ?? (reply.reasoning === undefined ? undefined : tokens(reply.reasoning))
  const prompt =
    reply.promptTokens ??
    Math.ceil(request.messages.reduce((characters, message) => characters + message.text.length, 0) / 4)
  const completion = reply.completionTokens ?? tokens(reply.content) + (reasoningTokens ?? 0)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(reply.cachedTokens !== undefined && { prompt_tokens_details: { cached_tokens: reply.cachedTokens } }),
    ...(reasoningTokens !== undefined && { completion_tokens_details: { reasoning_tokens: reasoningTokens } })
  }
}

/** A `chat.completion`. */
export const completionBody = (identity: ReplyIdentity, request: ChatRequest, reply: Reply) => ({
  ...identity,
  object: "chat.completion",
  model: request.model,
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: reply.content,
        ...(reply.reasoning !== undefined && { reasoning_content: reply.reasoning })
      },
      logprobs: null,
      finish_reason: reply.finishReason ?? "stop"
    }
  ],
  usage: usageOf(request, reply)
})

/** A `chat.completion` without a single choice. */
export const bodyWithoutChoices = (identity: ReplyIdentity, request: ChatRequest) => ({
  ...identity,
  object: "chat.completion",
  model: request.model,
  choices: [],
  usage: usageOf(request, { content: "" })
})

const tokens = (text: string): number => Math.ceil(text.length / 4)

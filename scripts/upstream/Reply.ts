// What the model "says" to a request, before it becomes bytes.
import { lastUserText } from "./ChatRequest.ts"
import type { ChatRequest } from "./ChatRequest.ts"

/** A model's answer. Token counts that are left out are worked out from the texts, at four characters a token. */
export interface Reply {
  readonly content: string
  /** Sent as `reasoning_content`. */
  readonly reasoning?: string
  /** "stop" by default. */
  readonly finishReason?: string
  /** Which of the request's stop sequences ended it, which only Anthropic's form tells. */
  readonly stopSequence?: string
  readonly promptTokens?: number
  /** Includes the reasoning tokens. */
  readonly completionTokens?: number
  /** Sent as `prompt_tokens_details.cached_tokens`. */
  readonly cachedTokens?: number
  /** Sent as `completion_tokens_details.reasoning_tokens`. */
  readonly reasoningTokens?: number
}

/** How an upstream answers; a promise holds the call open until it settles, and a rejection becomes status 500. */
export type Answer = (request: ChatRequest) => string | Reply | Promise<string | Reply>

/**
 * The answer where none was given: `{"answer":["<text of option A>"]}` if the last user message has a line `A. text`,
 * else `{"answer":["answer to <its first 40 characters>"]}`.
 */
export const defaultAnswer = (request: ChatRequest): string => {
  const text = lastUserText(request)
  const option = /^[ \t]*A[.．、][ \t]*(\S.*)$/mu.exec(text)?.[1]?.trimEnd()
  return JSON.stringify({ answer: [option ?? `answer to ${firstCharacters(text.trim(), 40)}`] })
}

// Two units are enough for any character, so the slice spares long prompts the walk through all of them.
const firstCharacters = (text: string, count: number): string =>
  Array.from(text.slice(0, 2 * count))
    .slice(0, count)
    .join("")

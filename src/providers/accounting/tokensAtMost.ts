import type { ChatRequest } from "../ChatModel.ts"
import { mostTokensOf } from "./tokenEstimate.ts"

/** The most tokens that a request can take. */
export interface TokensAtMost {
  readonly prompt: number
  readonly completion: number
}

// What platforms put around each message, and count.
const aroundMessage = 8
// The largest of today at full detail: Anthropic counts 4,784. The small models of OpenAI that count more are cheap for it.
const tokensOfImage = 5000

/** The completion of a request whose platform is told no limit: more than models of today write in one go. */
export const longestCompletion = 131_072

/**
 * The most tokens that the prompt of a request can take. What is beyond a budget must be known before it is spent, so that this errs
 * the other way than an estimate for a bill does: whatever is in the request counts, in bytes.
 */
export const promptAtMost = (request: ChatRequest): number => {
  let images = 0
  const text = JSON.stringify(request, (key, value: unknown) => {
    if (key !== "base64") return value
    images++
    return ""
  })
  for (const { content } of request.messages) {
    if (typeof content !== "string") for (const part of content) if ("url" in part) images++
  }
  return mostTokensOf(text) + images * tokensOfImage + request.messages.length * aroundMessage
}

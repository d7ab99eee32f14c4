import type { ChatRequest } from "../ChatModel.ts"

/** The most tokens that a request is expected to take. */
export interface TokensAtMost {
  readonly prompt: number
  readonly completion: number
}

// What a reply is counted on to take at most where nothing says how long it may be.
const longestReply = 4096
// What platforms put around each message, and count.
const aroundMessage = 8
// The largest images of today, at full detail.
const tokensOfImage = 1700

/**
 * The most tokens that a conversation is expected to take: seldom fewer than a platform counts, mostly more. What is beyond a budget
 * must be known before it is spent, so that this errs the other way than an estimate for a bill does.
 */
export const tokensAtMost = ({ maxTokens, messages, responseFormat, tools }: ChatRequest): TokensAtMost => {
  let prompt = 0
  for (const message of messages) {
    prompt += aroundMessage
    if (typeof message.content === "string") prompt += mostTokensOf(message.content)
    else for (const part of message.content) prompt += part.type === "text" ? mostTokensOf(part.text) : tokensOfImage
    if (message.role === "assistant" && message.toolCalls !== undefined) {
      for (const { arguments: text, name } of message.toolCalls) prompt += mostTokensOf(name) + mostTokensOf(text)
    }
  }
  if (tools !== undefined) prompt += mostTokensOf(JSON.stringify(tools))
  if (responseFormat?.type === "json_schema") prompt += mostTokensOf(JSON.stringify(responseFormat.schema))
  return { prompt, completion: maxTokens ?? longestReply }
}

/** Rarely more tokens than these: three letters of ASCII are one, any other character is one of its own. */
export const mostTokensOf = (text: string): number => {
  let ascii = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 128) ascii++
  return Math.ceil(ascii / 3) + text.length - ascii
}

import type { ChatReply, ChatRequest, Usage } from "../ChatModel.ts"

export const noUsage: Usage = {
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  estimated: false
}

// Platforms bill an image as some hundred tokens, whatever its size in bytes.
const tokensOfImage = 800

const charactersOf = (request: ChatRequest): { readonly characters: number; readonly images: number } => {
  let characters = 0
  let images = 0
  for (const { content } of request.messages) {
    if (typeof content === "string") characters += content.length
    else
      for (const part of content) {
        if (part.type === "text") characters += part.text.length
        else images++
      }
  }
  return { characters, images }
}

/** For a platform that reports no tokens: about four characters each, which is said of the figure. */
export const estimatedUsage = (request: ChatRequest, saidCharacters: number): Usage => {
  const { characters, images } = charactersOf(request)
  return {
    promptTokens: Math.ceil(characters / 4) + images * tokensOfImage,
    completionTokens: Math.ceil(saidCharacters / 4),
    cachedTokens: 0,
    reasoningTokens: 0,
    estimated: true
  }
}

/** What a reply says in all: text, thoughts, and the arguments of its calls. */
export const charactersIn = ({
  reasoning,
  text,
  toolCalls
}: Pick<ChatReply, "text" | "reasoning" | "toolCalls">): number =>
  toolCalls.reduce((sum, call) => sum + call.arguments.length, text.length + reasoning.length)

/** All of them together; estimated as soon as one is. */
export const sumOfUsage = (usages: Iterable<Usage>): Usage => {
  const sum = { ...noUsage }
  for (const usage of usages) {
    sum.promptTokens += usage.promptTokens
    sum.completionTokens += usage.completionTokens
    sum.cachedTokens += usage.cachedTokens
    sum.reasoningTokens += usage.reasoningTokens
    sum.estimated ||= usage.estimated
  }
  return sum
}

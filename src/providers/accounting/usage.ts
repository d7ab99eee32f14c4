import { Predicate } from "effect"
import type { ChatReply, ChatRequest, Usage } from "../ChatModel.ts"
import { tokensOfWeight, weightOfText } from "./tokenEstimate.ts"

export const noUsage: Usage = {
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false
}

// In hundredths of a token. Platforms bill an image as some hundred tokens, whatever its size in bytes.
const ofImage = 80_000
// What they put around each message, and before the reply.
const aroundMessage = 400
const aroundAll = 300

// Words of the form, and what is no text.
const withoutText = new Set(["role", "type", "id", "toolCallId", "mediaType", "base64", "url", "strict"])

/** The text in what a conversation is made of, wherever in it. */
const weightIn = (value: unknown): number => {
  if (typeof value === "string") return weightOfText(value)
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + weightIn(each), 0)
  if (!Predicate.isObject(value)) return 0
  if (value["type"] === "image") return ofImage
  let sum = 0
  for (const key in value) if (!withoutText.has(key)) sum += weightIn(value[key])
  return sum
}

/** About so many tokens of prompt. */
export const estimatedPrompt = ({
  messages,
  responseFormat,
  tools
}: Pick<ChatRequest, "messages" | "responseFormat" | "tools">): number => {
  let sum = aroundAll + messages.length * aroundMessage
  for (const message of messages) sum += weightIn(message)
  if (tools !== undefined) sum += weightOfText(JSON.stringify(tools))
  if (responseFormat?.type === "json_schema") sum += weightOfText(JSON.stringify(responseFormat.schema))
  return tokensOfWeight(sum)
}

/** What a reply says in all, in hundredths of a token: text, thoughts, and the calls of tools. */
export const weightOfReply = ({
  reasoning,
  text,
  toolCalls
}: Pick<ChatReply, "text" | "reasoning" | "toolCalls">): number =>
  toolCalls.reduce(
    (sum, call) => sum + weightOfText(call.name) + weightOfText(call.arguments),
    weightOfText(text) + weightOfText(reasoning)
  )

/** All of them together; estimated as soon as one is. */
export const sumOfUsage = (usages: Iterable<Usage>): Usage => {
  const sum = { ...noUsage }
  for (const usage of usages) {
    sum.promptTokens += usage.promptTokens
    sum.completionTokens += usage.completionTokens
    sum.cachedTokens += usage.cachedTokens
    sum.cacheWriteTokens += usage.cacheWriteTokens
    sum.reasoningTokens += usage.reasoningTokens
    sum.estimated ||= usage.estimated
  }
  return sum
}

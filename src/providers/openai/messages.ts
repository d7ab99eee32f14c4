// A conversation in the form of `POST /chat/completions`.
import type { Preset } from "../../platform/config/Presets.ts"
import type { ChatMessage, ContentPart } from "../ChatModel.ts"

type WireMessage = Readonly<Record<string, unknown>>

/** The messages as this platform takes them. */
export const encodeMessages = (preset: Preset, messages: ReadonlyArray<ChatMessage>): ReadonlyArray<WireMessage> =>
  messages.flatMap((message): ReadonlyArray<WireMessage> => {
    switch (message.role) {
      case "system":
        return [{ role: "system", content: message.content }]
      case "user":
        return [{ role: "user", content: encodeContent(message.content) }]
      case "assistant":
        return encodeAssistant(preset, message)
      case "tool":
        return [{ role: "tool", tool_call_id: message.toolCallId, content: message.content }]
    }
  })

const encodeContent = (content: string | ReadonlyArray<ContentPart>): unknown => {
  if (typeof content === "string") return content
  // Text alone goes as a string: not every server reads parts.
  if (content.every((part) => part.type === "text")) return content.map((part) => part.text).join("\n")
  return content.filter((part) => part.type !== "text" || part.text !== "").map(encodePart)
}

const encodePart = (part: ContentPart): WireMessage => {
  if (part.type === "text") return { type: "text", text: part.text }
  return {
    type: "image_url",
    image_url: { url: "url" in part ? part.url : `data:${part.mediaType};base64,${part.base64}` }
  }
}

const encodeAssistant = (
  preset: Preset,
  { content, toolCalls = [] }: Extract<ChatMessage, { readonly role: "assistant" }>
): ReadonlyArray<WireMessage> => {
  const isRejected = preset.rejectsEmptyAssistant && content.trim() === ""
  // An empty turn says nothing: without it the conversation is the same. Tool calls stand without a content as well.
  if (isRejected && toolCalls.length === 0) return []
  return [
    {
      role: "assistant",
      ...(isRejected ? {} : { content }),
      ...(toolCalls.length === 0
        ? {}
        : {
            tool_calls: toolCalls.map((call) => ({
              id: call.id,
              type: "function",
              function: { name: call.name, arguments: call.arguments.trim() === "" ? "{}" : call.arguments }
            }))
          })
    }
  ]
}

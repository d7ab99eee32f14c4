import type { ChatMessage, ContentPart } from "../../providers/ChatModel.ts"
import type { OutputItem } from "./ResponseObject.ts"
import type { StoredItem, StoredMessage } from "./StoredItem.ts"

/** A conversation as models are told it: calls of functions belong to what the assistant said before them. */
export const conversationOf = (items: ReadonlyArray<StoredItem | OutputItem>): ReadonlyArray<ChatMessage> => {
  const messages: Array<ChatMessage> = []
  for (const item of items) {
    switch (item.type) {
      case "message":
        messages.push(messageOf(item))
        break
      case "function_call": {
        const call = { id: item.call_id, name: item.name, arguments: item.arguments }
        const last = messages.at(-1)
        if (last?.role === "assistant") {
          messages[messages.length - 1] = { ...last, toolCalls: [...(last.toolCalls ?? []), call] }
        } else messages.push({ role: "assistant", content: "", toolCalls: [call] })
        break
      }
      case "function_call_output":
        messages.push({ role: "tool", toolCallId: item.call_id, content: item.output })
        break
    }
  }
  return messages
}

const messageOf = (message: StoredMessage | Extract<OutputItem, { readonly type: "message" }>): ChatMessage => {
  switch (message.role) {
    case "assistant":
      return { role: "assistant", content: message.content.map(({ text }) => text).join("") }
    case "user":
      return { role: "user", content: plainOr(message.content.map(contentPart)) }
    default:
      return {
        role: "system",
        content: message.content.map((part) => ("text" in part ? part.text : "")).join("\n")
      }
  }
}

type InputPart = Extract<StoredMessage, { readonly role: "user" | "system" | "developer" }>["content"][number]

const contentPart = (part: InputPart): ContentPart =>
  part.type === "input_text" ? { type: "text", text: part.text } : { type: "image", url: part.image_url }

/** One text is sent as a text: not every platform takes parts. */
const plainOr = (parts: ReadonlyArray<ContentPart>): string | ReadonlyArray<ContentPart> => {
  const [first] = parts
  return parts.length === 1 && first?.type === "text" ? first.text : parts
}

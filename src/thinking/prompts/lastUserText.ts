import type { ChatMessage } from "../../providers/ChatModel.ts"

/** The text of a message, without its images. */
export const textOf = (message: ChatMessage): string =>
  typeof message.content === "string"
    ? message.content
    : message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n")

/** The text of the last message of the user; empty where there is none. */
export const lastUserText = (messages: ReadonlyArray<ChatMessage>): string => {
  const last = messages.findLast(({ role }) => role === "user")
  return last === undefined ? "" : textOf(last)
}

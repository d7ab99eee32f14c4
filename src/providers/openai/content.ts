import { Option, Schema } from "effect"
import { type Content, type Message, ThinkingParts } from "./Wire.ts"

const decodeThinking = Schema.decodeUnknownOption(Schema.Union([Schema.String, ThinkingParts]))

/** The text of a message's content: of parts, the text ones. */
export const textOf = (content: Content | null | undefined): string => {
  if (content === undefined || content === null) return ""
  if (typeof content === "string") return content
  return content.map((part) => (part.type === "thinking" ? "" : (part.text ?? ""))).join("")
}

/** What a message says was thought aloud, outside its text. */
export const reasoningOf = (message: Message): string => {
  const { content, reasoning, reasoning_content } = message
  // Where both names are there, they say the same.
  const said = reasoning_content || reasoning || ""
  if (content === undefined || content === null || typeof content === "string") return said
  return said + content.map((part) => (part.type === "thinking" ? thinkingText(part.thinking) : "")).join("")
}

const thinkingText = (thinking: unknown): string => {
  const parts = Option.getOrElse(decodeThinking(thinking), () => "")
  return typeof parts === "string" ? parts : parts.map(({ text }) => text).join("")
}

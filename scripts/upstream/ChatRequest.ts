// The part of a chat-completions request that the upstream looks at.
import type { IncomingHttpHeaders } from "node:http"
import * as Predicate from "effect/Predicate"

/** One message, its content flattened to text (the text parts of a list of parts, joined by line breaks). */
export interface ChatMessage {
  readonly role: string
  readonly text: string
}

/** A call as `answer` and `faultFor` see it; `body` is the whole JSON that was sent. */
export interface ChatRequest {
  readonly model: string
  readonly messages: ReadonlyArray<ChatMessage>
  readonly stream: boolean
  /** Whether `stream_options.include_usage` was set. */
  readonly includeUsage: boolean
  readonly headers: IncomingHttpHeaders
  readonly body: Readonly<Record<PropertyKey, unknown>>
}

/** The request in a parsed body, or undefined where it has no `messages`. */
export const readChatRequest = (
  body: unknown,
  headers: IncomingHttpHeaders,
  defaultModel: string
): ChatRequest | undefined => {
  if (!Predicate.isObject(body) || !Array.isArray(body["messages"])) return undefined
  const streamOptions = body["stream_options"]
  return {
    model: Predicate.isString(body["model"]) ? body["model"] : defaultModel,
    messages: body["messages"].map(readMessage),
    stream: body["stream"] === true,
    includeUsage: Predicate.isObject(streamOptions) && streamOptions["include_usage"] === true,
    headers,
    body
  }
}

/** The text of the last message a user sent, "" where there is none. */
export const lastUserText = (request: ChatRequest): string =>
  request.messages.findLast((message) => message.role === "user")?.text ?? ""

const readMessage = (message: unknown): ChatMessage =>
  Predicate.isObject(message)
    ? { role: Predicate.isString(message["role"]) ? message["role"] : "", text: textOf(message["content"]) }
    : { role: "", text: "" }

const textOf = (content: unknown): string => {
  if (Predicate.isString(content)) return content
  if (!Array.isArray(content)) return ""
  return content
    .map((part: unknown) => (Predicate.isObject(part) && Predicate.isString(part["text"]) ? part["text"] : ""))
    .filter((text) => text !== "")
    .join("\n")
}

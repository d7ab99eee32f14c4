import { Schema } from "effect"
import type { ChatMessage, ResponseFormat } from "../providers/ChatModel.ts"

const ContentPart = Schema.Union([
  Schema.Struct({ type: Schema.Literal("text"), text: Schema.String }),
  Schema.Struct({ type: Schema.Literal("image"), url: Schema.String }),
  Schema.Struct({ type: Schema.Literal("image"), mediaType: Schema.String, base64: Schema.String })
])

const ToolCall = Schema.Struct({ id: Schema.String, name: Schema.String, arguments: Schema.String })

/** A message of a conversation, as it is logged and given to models. */
export const Message: Schema.Codec<ChatMessage> = Schema.Union([
  Schema.Struct({ role: Schema.Literal("system"), content: Schema.String }),
  Schema.Struct({
    role: Schema.Literal("user"),
    content: Schema.Union([Schema.String, Schema.Array(ContentPart)])
  }),
  Schema.Struct({
    role: Schema.Literal("assistant"),
    content: Schema.String,
    toolCalls: Schema.optionalKey(Schema.Array(ToolCall))
  }),
  Schema.Struct({ role: Schema.Literal("tool"), toolCallId: Schema.String, content: Schema.String })
])

/** The form that the final answer must have. */
export const AnswerFormat: Schema.Codec<ResponseFormat> = Schema.Union([
  Schema.Struct({ type: Schema.Literal("text") }),
  Schema.Struct({ type: Schema.Literal("json_object") }),
  Schema.Struct({
    type: Schema.Literal("json_schema"),
    name: Schema.String,
    schema: Schema.Record(Schema.String, Schema.Unknown)
  })
])

// An item of a conversation as it is kept, and shown as the input of a response.
import { Schema } from "effect"

const InputText = Schema.Struct({ type: Schema.Literal("input_text"), text: Schema.String })
const OutputText = Schema.Struct({
  type: Schema.Literal("output_text"),
  text: Schema.String,
  annotations: Schema.Array(Schema.Unknown)
})
const InputImage = Schema.Struct({
  type: Schema.Literal("input_image"),
  detail: Schema.String,
  image_url: Schema.String
})

const status = Schema.Literals(["completed", "incomplete", "in_progress"])

const StoredMessage = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("message"),
    id: Schema.String,
    status,
    role: Schema.Literals(["user", "system", "developer"]),
    content: Schema.Array(Schema.Union([InputText, InputImage]))
  }),
  Schema.Struct({
    type: Schema.Literal("message"),
    id: Schema.String,
    status,
    role: Schema.Literal("assistant"),
    content: Schema.Array(OutputText)
  })
])
export type StoredMessage = typeof StoredMessage.Type

const StoredCall = Schema.Struct({
  type: Schema.Literal("function_call"),
  id: Schema.String,
  status,
  call_id: Schema.String,
  name: Schema.String,
  arguments: Schema.String
})

const StoredCallOutput = Schema.Struct({
  type: Schema.Literal("function_call_output"),
  id: Schema.String,
  status,
  call_id: Schema.String,
  output: Schema.String
})

export const StoredItem = Schema.Union([StoredMessage, StoredCall, StoredCallOutput]).annotate({
  identifier: "ResponseItem"
})
export type StoredItem = typeof StoredItem.Type

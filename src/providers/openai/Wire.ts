// The OpenAI-compatible wire, as far as it is read. Decoded tolerantly: platforms add fields, leave out others and put
// null where the specification has nothing. What a reply can do without (usage, error objects) is `Unknown` here and read
// apart, so that an odd form of it breaks nothing.
import { Schema } from "effect"

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
const OptionalUnknown = Schema.optionalKey(Schema.Unknown)

const ContentPart = Schema.Struct({
  type: Schema.String,
  text: optional(Schema.String),
  // Mistral: a part of type "thinking" holds text parts
  thinking: OptionalUnknown
})

/** The assistant's text: a string, or parts of which the text ones count. */
export const Content = Schema.Union([Schema.String, Schema.Array(ContentPart)])
export type Content = typeof Content.Type

/** The text parts inside a part of type "thinking". */
export const ThinkingParts = Schema.Array(Schema.Struct({ text: Schema.String }))

const ToolCallPiece = Schema.Struct({
  // absent at Gemini's compatible surface, −1 at Zhipu
  index: optional(Schema.Finite),
  id: optional(Schema.String),
  function: optional(
    Schema.Struct({
      name: optional(Schema.String),
      // JSON text; some servers send the object itself
      arguments: OptionalUnknown
    })
  )
})
export type ToolCallPiece = typeof ToolCallPiece.Type

const Message = Schema.Struct({
  content: optional(Content),
  refusal: optional(Schema.String),
  // two names for the same thing: DeepSeek, Zhipu, SiliconFlow … / OpenRouter, Ollama …
  reasoning_content: optional(Schema.String),
  reasoning: optional(Schema.String),
  tool_calls: optional(Schema.Array(ToolCallPiece))
})
export type Message = typeof Message.Type

const Choice = Schema.Struct({
  finish_reason: optional(Schema.String),
  // OpenRouter
  error: OptionalUnknown,
  // Moonshot, in the last chunk of a stream
  usage: OptionalUnknown
})

const Envelope = Schema.Struct({
  id: optional(Schema.String),
  model: optional(Schema.String),
  usage: OptionalUnknown,
  error: OptionalUnknown
})

/** A whole reply, or an error in its place. */
export const Reply = Schema.Struct({
  ...Envelope.fields,
  choices: optional(Schema.Array(Schema.Struct({ ...Choice.fields, message: optional(Message) })))
})

/** One event of a streamed reply, or an error in its place. */
export const Chunk = Schema.Struct({
  ...Envelope.fields,
  choices: optional(Schema.Array(Schema.Struct({ ...Choice.fields, delta: optional(Message) })))
})

const Code = Schema.Union([Schema.String, Schema.Finite])

/** An error as it stands under `error`. */
export const ErrorObject = Schema.Struct({
  message: optional(Schema.String),
  type: optional(Schema.String),
  code: optional(Code),
  // Google's compatible surface
  status: optional(Code),
  metadata: OptionalUnknown
})
export type ErrorObject = typeof ErrorObject.Type

/** What OpenRouter adds to an error: the words of the platform behind it, or why a request was held back. */
export const ErrorMetadata = Schema.Struct({
  raw: optional(Schema.String),
  reasons: optional(Schema.Array(Schema.String))
})

const ErrorEnvelope = Schema.Struct({ error: Schema.Union([ErrorObject, Schema.String]) })

/** The forms an error body takes: `{error: {…}}`, `{error: "…"}`, a list of these, `{message}`, `{msg}`, `{detail}`. */
export const ErrorBody = Schema.Union([
  ErrorEnvelope,
  Schema.Tuple([ErrorEnvelope]),
  // SiliconFlow, vLLM, DashScope's own gateway
  Schema.Struct({ message: Schema.String, code: optional(Code) }),
  // Zhipu's gateway
  Schema.Struct({ msg: Schema.String, code: optional(Code) }),
  // servers on FastAPI
  Schema.Struct({ detail: Schema.String })
])

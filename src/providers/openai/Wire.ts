// The OpenAI-compatible wire, as far as a whole reply needs it. Decoded tolerantly: platforms add fields, leave out
// others and put null where the specification has nothing.
import { Schema } from "effect"

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const ContentPart = Schema.Struct({ type: Schema.String, text: optional(Schema.String) })

/** The assistant's text: a string, or parts of which the text ones count. */
export const Content = Schema.Union([Schema.String, Schema.Array(ContentPart)])

const Message = Schema.Struct({
  content: optional(Content),
  refusal: optional(Schema.String),
  // two names for the same thing: DeepSeek, Zhipu, SiliconFlow … / OpenRouter, Ollama …
  reasoning_content: optional(Schema.String),
  reasoning: optional(Schema.String)
})

const Usage = Schema.Struct({
  prompt_tokens: optional(Schema.Finite),
  completion_tokens: optional(Schema.Finite),
  prompt_tokens_details: optional(Schema.Struct({ cached_tokens: optional(Schema.Finite) })),
  completion_tokens_details: optional(Schema.Struct({ reasoning_tokens: optional(Schema.Finite) })),
  // DeepSeek
  prompt_cache_hit_tokens: optional(Schema.Finite)
})

export const Completion = Schema.Struct({
  model: optional(Schema.String),
  choices: Schema.Array(Schema.Struct({ message: Message, finish_reason: optional(Schema.String) })),
  usage: optional(Usage)
})
export type Completion = typeof Completion.Type

const Code = Schema.Union([Schema.String, Schema.Finite])
const ErrorObject = Schema.Struct({
  message: optional(Schema.String),
  type: optional(Schema.String),
  code: optional(Code)
})

/** The forms an error body takes: `{error: {…}}`, `{error: "…"}`, `{code, message}`. */
export const ErrorBody = Schema.Union([
  Schema.Struct({ error: ErrorObject }),
  Schema.Struct({ error: Schema.String }),
  Schema.Struct({ code: Code, message: Schema.String })
])
export type ErrorBody = typeof ErrorBody.Type

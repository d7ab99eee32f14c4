// The body of a chat completion, as OpenAI's clients send it, and what a run adds to it.
import { Schema, Struct } from "effect"
import { ThinkingOverrides } from "../presets.ts"

const optional = Schema.optionalKey
/** Clients send null for what they do not set. */
const given = <S extends Schema.Top>(schema: S) => optional(Schema.NullOr(schema))
const between = (minimum: number, maximum: number) => Schema.Finite.check(Schema.isBetween({ minimum, maximum }))
const wholeBetween = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const TextPart = Schema.Struct({ type: Schema.Literal("text"), text: Schema.String })
const ImagePart = Schema.Struct({
  type: Schema.Literal("image_url"),
  image_url: Schema.Union([Schema.String, Schema.Struct({ url: Schema.String })]).annotate({
    description: "An https address, or a data: address with base64."
  })
})
const Text = Schema.Union([Schema.String, Schema.Array(TextPart)])

const ToolCall = Schema.Struct({
  id: Schema.String,
  type: optional(Schema.Literal("function")),
  function: Schema.Struct({ name: Schema.String, arguments: Schema.String })
})

export const WireMessage = Schema.Union([
  Schema.Struct({ role: Schema.Literals(["system", "developer"]), content: Text }),
  Schema.Struct({
    role: Schema.Literal("user"),
    content: Schema.Union([Schema.String, Schema.Array(Schema.Union([TextPart, ImagePart]))])
  }),
  Schema.Struct({
    role: Schema.Literal("assistant"),
    content: given(Text),
    tool_calls: given(Schema.Array(ToolCall))
  }),
  Schema.Struct({ role: Schema.Literal("tool"), tool_call_id: Schema.String, content: Text })
])
export type WireMessage = typeof WireMessage.Type

const WireFormat = Schema.Union([
  Schema.Struct({ type: Schema.Literals(["text", "json_object"]) }),
  Schema.Struct({
    type: Schema.Literal("json_schema"),
    json_schema: Schema.Struct({ name: Schema.String, schema: Schema.Record(Schema.String, Schema.Unknown) })
  })
])

const refused = {
  n: given(Schema.Unknown),
  stream: given(Schema.Unknown),
  tools: given(Schema.Unknown),
  tool_choice: given(Schema.Unknown),
  functions: given(Schema.Unknown),
  function_call: given(Schema.Unknown),
  logprobs: given(Schema.Unknown),
  top_logprobs: given(Schema.Unknown),
  logit_bias: given(Schema.Unknown),
  presence_penalty: given(Schema.Unknown),
  frequency_penalty: given(Schema.Unknown),
  modalities: given(Schema.Unknown),
  audio: given(Schema.Unknown),
  prediction: given(Schema.Unknown),
  web_search_options: given(Schema.Unknown)
}
/** Fields that are known and cannot be had of a run, unless their value asks for nothing. */
export const refusedFields = Struct.keys(refused)

export const ChatBody = Schema.Struct({
  ...refused,
  model: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255)),
  messages: Schema.NonEmptyArray(WireMessage).check(Schema.isMaxLength(2000)),
  temperature: given(between(0, 2)),
  top_p: given(between(0, 1)),
  max_tokens: given(wholeBetween(1, 1_000_000)),
  max_completion_tokens: given(wholeBetween(1, 1_000_000)),
  stop: given(Schema.Union([Schema.String, Schema.Array(Schema.String).check(Schema.isMaxLength(16))])),
  seed: given(Schema.Int),
  response_format: given(WireFormat),
  reasoning_effort: given(Schema.Literals(["minimal", "low", "medium", "high"])),
  thinking: given(ThinkingOverrides).annotate({
    description: "How it is to be thought through, where that differs from what the model's name says."
  }),
  budget: given(
    Schema.Struct({
      calls: optional(wholeBetween(1, 1_000_000)),
      tokens: optional(wholeBetween(1, 1_000_000_000)),
      usd: optional(between(0.000_001, 1_000_000)),
      deadline: optional(between(0.001, 86_400)).annotate({ description: "In seconds." })
    })
  ).annotate({ description: "What the run may use at most; a configured limit that is lower holds all the same." })
}).annotate({ identifier: "RunRequest" })
export type ChatBody = typeof ChatBody.Type

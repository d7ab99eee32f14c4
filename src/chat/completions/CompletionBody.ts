// The body of a chat completion as OpenAI documents it. Messages are decoded by their roles and content by its types, so that
// what is wrong is named where it is; see `messages.ts`.
import { Schema } from "effect"
import { ThinkingOverrides } from "../../thinking/presets.ts"

const optional = Schema.optionalKey
/** Clients send null for what they do not set. */
const given = <S extends Schema.Top>(schema: S) => optional(Schema.NullOr(schema))
const between = (minimum: number, maximum: number) => Schema.Finite.check(Schema.isBetween({ minimum, maximum }))
const wholeBetween = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Anything = given(Schema.Unknown)

const Tool = Schema.Struct({
  type: Schema.Literal("function"),
  function: Schema.Struct({
    name: Schema.String.check(Schema.isPattern(/^[\w.-]{1,128}$/)),
    description: given(Schema.String),
    parameters: given(Schema.Record(Schema.String, Schema.Unknown)),
    strict: given(Schema.Boolean)
  })
})

const ToolChoice = Schema.Union([
  Schema.Literals(["none", "auto", "required"]),
  Schema.Struct({ type: Schema.Literal("function"), function: Schema.Struct({ name: Schema.String }) })
])

const ResponseFormat = Schema.Struct({
  type: Schema.Literals(["text", "json_object", "json_schema"]),
  json_schema: given(
    Schema.Struct({
      name: Schema.String,
      description: given(Schema.String),
      schema: given(Schema.Record(Schema.String, Schema.Unknown)),
      strict: given(Schema.Boolean)
    })
  )
})

export const CompletionBody = Schema.Struct({
  model: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255)),
  messages: Schema.Array(Schema.Unknown).check(Schema.isMinLength(1), Schema.isMaxLength(2000)).annotate({
    description: "The whole conversation: messages of developer, system, user, assistant, tool and function."
  }),
  stream: given(Schema.Boolean),
  stream_options: given(Schema.Struct({ include_usage: given(Schema.Boolean) })),
  temperature: given(between(0, 2)),
  top_p: given(between(0, 1)),
  max_tokens: given(wholeBetween(1, 10_000_000)),
  max_completion_tokens: given(wholeBetween(1, 10_000_000)),
  stop: given(Schema.Union([Schema.String, Schema.Array(Schema.String).check(Schema.isMaxLength(16))])),
  seed: given(Schema.Int),
  presence_penalty: given(between(-2, 2)),
  frequency_penalty: given(between(-2, 2)),
  n: given(wholeBetween(1, 8)).annotate({
    description: "How many replies are wanted, each from a call of its own; of names that think there is one."
  }),
  tools: given(Schema.Array(Tool).check(Schema.isMaxLength(128))),
  tool_choice: given(ToolChoice),
  response_format: given(ResponseFormat),
  reasoning_effort: given(Schema.Literals(["none", "minimal", "low", "medium", "high", "xhigh"])),
  thinking: given(ThinkingOverrides).annotate({
    description: "How it is to be thought through, where that differs from what the model's name says."
  }),
  user: given(Schema.String),
  metadata: given(Schema.Record(Schema.String, Schema.Unknown)),
  logprobs: Anything,
  top_logprobs: Anything,
  logit_bias: Anything,
  modalities: Anything,
  audio: Anything,
  prediction: Anything,
  web_search_options: Anything,
  functions: Anything,
  function_call: Anything,
  parallel_tool_calls: Anything,
  store: Anything,
  verbosity: Anything
}).annotate({ identifier: "ChatCompletionRequest" })
export type CompletionBody = typeof CompletionBody.Type

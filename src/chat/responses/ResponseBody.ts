// The body of `POST /v1/responses`, as OpenAI's clients send it, and what Siku adds to it.
import { Schema } from "effect"
import { ThinkingOverrides } from "../../thinking/presets.ts"

const optional = Schema.optionalKey
/** Clients send null for what they do not set. */
const given = <S extends Schema.Top>(schema: S) => optional(Schema.NullOr(schema))
const between = (minimum: number, maximum: number) => Schema.Finite.check(Schema.isBetween({ minimum, maximum }))

/** Tools of other types are refused by name, see `toTurn.ts`. */
const Tool = Schema.Struct({
  type: Schema.String,
  name: given(Schema.String),
  description: given(Schema.String),
  parameters: given(Schema.Record(Schema.String, Schema.Unknown)),
  strict: given(Schema.Boolean)
})
export type Tool = typeof Tool.Type

const ToolChoice = Schema.Union([Schema.String, Schema.Struct({ type: Schema.String, name: given(Schema.String) })])

const Format = Schema.Struct({
  type: Schema.Literals(["text", "json_object", "json_schema"]),
  name: given(Schema.String),
  schema: given(Schema.Record(Schema.String, Schema.Unknown)),
  strict: given(Schema.Boolean)
})

export const ResponseBody = Schema.Struct({
  model: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255)),
  input: Schema.Union([Schema.String, Schema.Array(Schema.Unknown).check(Schema.isMaxLength(2000))]).annotate({
    description:
      "What the user says, or items: messages, function_call, function_call_output, reasoning, item_reference."
  }),
  instructions: given(Schema.String),
  previous_response_id: given(Schema.String).annotate({
    description: "The conversation that a stored response ended goes on; its instructions do not."
  }),
  store: given(Schema.Boolean).annotate({ description: "Whether it is kept, for 30 days; true unless set." }),
  stream: given(Schema.Boolean),
  stream_options: given(Schema.Struct({ include_obfuscation: given(Schema.Boolean) })),
  background: given(Schema.Boolean).annotate({
    description: "Whether it goes on when nobody listens, and after a restart: for names that think."
  }),
  max_output_tokens: given(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
  temperature: given(between(0, 2)),
  top_p: given(between(0, 1)),
  tools: given(Schema.Array(Tool).check(Schema.isMaxLength(128))),
  tool_choice: given(ToolChoice),
  parallel_tool_calls: given(Schema.Boolean),
  text: given(Schema.Struct({ format: given(Format), verbosity: given(Schema.Literals(["low", "medium", "high"])) })),
  reasoning: given(
    Schema.Struct({
      effort: given(Schema.Literals(["none", "minimal", "low", "medium", "high", "xhigh"])),
      summary: given(Schema.Literals(["auto", "concise", "detailed"]))
    })
  ),
  metadata: given(Schema.Record(Schema.String, Schema.String)),
  include: given(Schema.Array(Schema.String)),
  truncation: given(Schema.Literals(["auto", "disabled"])),
  top_logprobs: given(Schema.Int),
  service_tier: given(Schema.String),
  conversation: given(Schema.Unknown),
  prompt: given(Schema.Unknown),
  context_management: given(Schema.Unknown),
  moderation: given(Schema.Unknown),
  user: given(Schema.String),
  safety_identifier: given(Schema.String),
  prompt_cache_key: given(Schema.String),
  thinking: given(ThinkingOverrides).annotate({
    description: "How it is to be thought through, where that differs from what the model's name says."
  })
}).annotate({ identifier: "ResponseRequest" })
export type ResponseBody = typeof ResponseBody.Type

// The body of `/v1/messages`, as Anthropic's clients send it. Fields that nobody has heard of are let pass.
import { Schema, Struct } from "effect"

const optional = Schema.optionalKey
/** Clients send null for what they do not set. */
const given = <S extends Schema.Top>(schema: S) => optional(Schema.NullOr(schema))
const share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
const JsonObject = Schema.Record(Schema.String, Schema.Unknown)

const TextBlock = Schema.Struct({ type: Schema.Literal("text"), text: Schema.String })
export const ImageBlock = Schema.Struct({
  type: Schema.Literal("image"),
  source: Schema.Union([
    Schema.Struct({ type: Schema.Literal("base64"), media_type: Schema.String, data: Schema.String }),
    Schema.Struct({ type: Schema.Literal("url"), url: Schema.String })
  ])
})
export type ImageBlock = typeof ImageBlock.Type
const ToolUseBlock = Schema.Struct({
  type: Schema.Literal("tool_use"),
  id: Schema.String,
  name: Schema.String,
  input: JsonObject
})
const ToolResultBlock = Schema.Struct({
  type: Schema.Literal("tool_result"),
  tool_use_id: Schema.String,
  content: given(Schema.Union([Schema.String, Schema.Array(Schema.Union([TextBlock, ImageBlock]))])),
  is_error: given(Schema.Boolean)
})
export type ToolResultBlock = typeof ToolResultBlock.Type
/** What was thought in earlier turns; models get the conversation without it. */
const ThinkingBlock = Schema.Struct({ type: Schema.Literals(["thinking", "redacted_thinking"]) })

const Text = Schema.Union([Schema.String, Schema.Array(TextBlock)])
const UserBlock = Schema.Union([TextBlock, ImageBlock, ToolResultBlock])
export type UserBlock = typeof UserBlock.Type
const AssistantBlock = Schema.Union([TextBlock, ToolUseBlock, ThinkingBlock])
export type AssistantBlock = typeof AssistantBlock.Type

const WireMessage = Schema.Union([
  Schema.Struct({ role: Schema.Literal("system"), content: Text }),
  Schema.Struct({
    role: Schema.Literal("user"),
    content: Schema.Union([Schema.String, Schema.Array(UserBlock).check(Schema.isMinLength(1))])
  }),
  Schema.Struct({
    role: Schema.Literal("assistant"),
    content: Schema.Union([Schema.String, Schema.Array(AssistantBlock)])
  })
])
export type WireMessage = typeof WireMessage.Type

const WireTool = Schema.Struct({
  type: given(Schema.String).annotate({ description: 'Left out or "custom": tools that run elsewhere are refused.' }),
  name: Schema.String,
  description: given(Schema.String),
  input_schema: given(JsonObject),
  strict: given(Schema.Boolean),
  defer_loading: given(Schema.Boolean)
})
export type WireTool = typeof WireTool.Type

const oneAtATime = { disable_parallel_tool_use: given(Schema.Boolean) }
const WireChoice = Schema.Union([
  Schema.Struct({ type: Schema.Literals(["auto", "any"]), ...oneAtATime }),
  Schema.Struct({ type: Schema.Literal("none") }),
  Schema.Struct({ type: Schema.Literal("tool"), name: Schema.String, ...oneAtATime })
])
export type WireChoice = typeof WireChoice.Type

const display = { display: given(Schema.Literals(["summarized", "omitted"])) }
const WireThinking = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("enabled"),
    budget_tokens: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1024)),
    ...display
  }),
  Schema.Struct({ type: Schema.Literal("adaptive"), ...display }),
  Schema.Struct({ type: Schema.Literal("disabled") })
])

const OutputConfig = Schema.Struct({
  effort: given(Schema.Literals(["low", "medium", "high", "xhigh", "max"])),
  format: given(Schema.Struct({ type: Schema.Literal("json_schema"), schema: JsonObject }))
})

const refused = {
  top_k: given(Schema.Unknown),
  speed: given(Schema.Unknown),
  inference_geo: given(Schema.Unknown),
  container: given(Schema.Unknown),
  mcp_servers: given(Schema.Unknown),
  context_management: given(Schema.Unknown),
  diagnostics: given(Schema.Unknown)
}
/** Fields that are known and cannot be had, unless their value asks for nothing. */
export const refusedFields = Struct.keys(refused)

/** What is said to the model: counted by `/v1/messages/count_tokens`. */
const said = {
  ...refused,
  model: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255)),
  messages: Schema.NonEmptyArray(WireMessage).check(Schema.isMaxLength(2000)),
  system: given(Text),
  tools: given(Schema.Array(WireTool)),
  tool_choice: given(WireChoice),
  thinking: given(WireThinking),
  output_config: given(OutputConfig)
}

export const CountBody = Schema.Struct(said).annotate({ identifier: "MessagesCountRequest" })
export type CountBody = typeof CountBody.Type

export const MessagesBody = Schema.Struct({
  ...said,
  max_tokens: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  temperature: given(share),
  top_p: given(share),
  stop_sequences: given(Schema.Array(Schema.String).check(Schema.isMaxLength(16))),
  stream: given(Schema.Boolean)
}).annotate({ identifier: "MessagesRequest" })
export type MessagesBody = typeof MessagesBody.Type

// What `/v1/messages` replies with, whole and in events.
import { Schema } from "effect"

const TextView = Schema.Struct({ type: Schema.Literal("text"), text: Schema.String, citations: Schema.Null })
const ThinkingView = Schema.Struct({
  type: Schema.Literal("thinking"),
  thinking: Schema.String,
  signature: Schema.String.annotate({ description: "Of this service, which checks none; no other platform knows it." })
})
const ToolUseView = Schema.Struct({
  type: Schema.Literal("tool_use"),
  id: Schema.String,
  name: Schema.String,
  input: Schema.Record(Schema.String, Schema.Unknown),
  caller: Schema.Struct({ type: Schema.Literal("direct") })
})
const BlockView = Schema.Union([TextView, ThinkingView, ToolUseView])
export type BlockView = typeof BlockView.Type

const Stop = Schema.Literals(["end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal"])
export type Stop = typeof Stop.Type

/** All model calls together; what was read from a cache is counted apart, as Anthropic does. */
const counts = {
  input_tokens: Schema.Int,
  cache_creation_input_tokens: Schema.Int,
  cache_read_input_tokens: Schema.Int,
  output_tokens: Schema.Int,
  output_tokens_details: Schema.Struct({ thinking_tokens: Schema.Int }),
  server_tool_use: Schema.Null
}
const CountsView = Schema.Struct(counts)
export type CountsView = typeof CountsView.Type
const UsageView = Schema.Struct({
  ...counts,
  cache_creation: Schema.Null,
  inference_geo: Schema.Null,
  service_tier: Schema.Null,
  speed: Schema.Null
})

const StopSequence = Schema.NullOr(Schema.String).annotate({
  description: "Which of `stop_sequences` ended it, where the platform says so: Anthropic alone does."
})

const envelope = {
  id: Schema.String,
  type: Schema.Literal("message"),
  role: Schema.Literal("assistant"),
  model: Schema.String,
  stop_details: Schema.Null,
  container: Schema.Null,
  diagnostics: Schema.Null,
  usage: UsageView
}
export const MessageView = Schema.Struct({
  ...envelope,
  content: Schema.Array(BlockView),
  stop_reason: Stop,
  stop_sequence: StopSequence
}).annotate({ identifier: "Message" })
export type MessageView = typeof MessageView.Type

const BlockDelta = Schema.Union([
  Schema.Struct({ type: Schema.Literal("text_delta"), text: Schema.String }),
  Schema.Struct({ type: Schema.Literal("thinking_delta"), thinking: Schema.String }),
  Schema.Struct({ type: Schema.Literal("signature_delta"), signature: Schema.String }),
  Schema.Struct({ type: Schema.Literal("input_json_delta"), partial_json: Schema.String })
])
export type BlockDelta = typeof BlockDelta.Type

const index = { index: Schema.Int }

export const MessageEvent = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("message_start"),
    message: Schema.Struct({
      ...envelope,
      content: Schema.Tuple([]),
      stop_reason: Schema.Null,
      stop_sequence: Schema.Null
    })
  }),
  Schema.Struct({ type: Schema.Literal("ping") }),
  Schema.Struct({ type: Schema.Literal("content_block_start"), ...index, content_block: BlockView }),
  Schema.Struct({ type: Schema.Literal("content_block_delta"), ...index, delta: BlockDelta }),
  Schema.Struct({ type: Schema.Literal("content_block_stop"), ...index }),
  Schema.Struct({
    type: Schema.Literal("message_delta"),
    delta: Schema.Struct({
      stop_reason: Stop,
      stop_sequence: StopSequence,
      stop_details: Schema.Null,
      container: Schema.Null
    }),
    usage: CountsView
  }),
  Schema.Struct({ type: Schema.Literal("message_stop") })
]).annotate({ identifier: "MessageEvent" })
export type MessageEvent = typeof MessageEvent.Type

export const CountView = Schema.Struct({
  input_tokens: Schema.Int.annotate({
    description: "An estimate: about four characters a token, 800 for an image; tools count as their JSON."
  }),
  estimated: Schema.Literal(true)
}).annotate({ identifier: "MessagesCount" })

// Anthropic's own forms, as its SDK declares them: all fields that it promises, with the values that it knows.
import type Anthropic from "@anthropic-ai/sdk"
import { assert } from "@effect/vitest"
import { Schema } from "effect"

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const maybe = <S extends Schema.Top>(schema: S) => Schema.NullOr(schema)
const text = Schema.NonEmptyString

const Thinking = Schema.Struct({ thinking_tokens: count })
const Usage = Schema.Struct({
  cache_creation: Schema.Null,
  cache_creation_input_tokens: maybe(count),
  cache_read_input_tokens: maybe(count),
  inference_geo: maybe(text),
  input_tokens: count,
  output_tokens: count,
  output_tokens_details: maybe(Thinking),
  server_tool_use: Schema.Null,
  service_tier: maybe(Schema.Literals(["standard", "priority", "batch"])),
  speed: maybe(Schema.Literals(["standard", "fast"]))
})

const Block = Schema.Union([
  Schema.Struct({ type: Schema.Literal("text"), text: Schema.String, citations: Schema.Null }),
  Schema.Struct({ type: Schema.Literal("thinking"), thinking: Schema.String, signature: Schema.String }),
  Schema.Struct({
    type: Schema.Literal("tool_use"),
    id: Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9_-]+$/)),
    name: text,
    input: Schema.Record(Schema.String, Schema.Unknown),
    caller: Schema.Struct({ type: Schema.Literal("direct") })
  })
])

const StopReason = Schema.Literals([
  "end_turn",
  "max_tokens",
  "stop_sequence",
  "tool_use",
  "pause_turn",
  "refusal",
  "model_context_window_exceeded"
])

const envelope = {
  id: Schema.String.check(Schema.isPattern(/^msg_[a-zA-Z0-9]+$/)),
  type: Schema.Literal("message"),
  role: Schema.Literal("assistant"),
  model: text,
  container: Schema.Null,
  diagnostics: Schema.Null,
  stop_details: Schema.Null,
  stop_sequence: maybe(text),
  usage: Usage
}
export const OfficialMessage = Schema.Struct({
  ...envelope,
  content: Schema.NonEmptyArray(Block),
  stop_reason: StopReason
})

const index = { index: count }
export const OfficialEvent = Schema.Union([
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
  Schema.Struct({ type: Schema.Literal("content_block_start"), ...index, content_block: Block }),
  Schema.Struct({
    type: Schema.Literal("content_block_delta"),
    ...index,
    delta: Schema.Union([
      Schema.Struct({ type: Schema.Literal("text_delta"), text: Schema.String }),
      Schema.Struct({ type: Schema.Literal("thinking_delta"), thinking: Schema.String }),
      Schema.Struct({ type: Schema.Literal("signature_delta"), signature: text }),
      Schema.Struct({ type: Schema.Literal("input_json_delta"), partial_json: Schema.String })
    ])
  }),
  Schema.Struct({ type: Schema.Literal("content_block_stop"), ...index }),
  Schema.Struct({
    type: Schema.Literal("message_delta"),
    delta: Schema.Struct({
      container: Schema.Null,
      stop_details: Schema.Null,
      stop_reason: StopReason,
      stop_sequence: maybe(text)
    }),
    usage: Schema.Struct({
      cache_creation_input_tokens: maybe(count),
      cache_read_input_tokens: maybe(count),
      input_tokens: maybe(count),
      output_tokens: count,
      output_tokens_details: maybe(Thinking),
      server_tool_use: Schema.Null
    })
  }),
  Schema.Struct({ type: Schema.Literal("message_stop") })
])
export type OfficialEvent = typeof OfficialEvent.Type

export const OfficialError = Schema.Struct({
  type: Schema.Literal("error"),
  error: Schema.Struct({
    type: Schema.Literals([
      "invalid_request_error",
      "authentication_error",
      "billing_error",
      "permission_error",
      "not_found_error",
      "request_too_large",
      "rate_limit_error",
      "api_error",
      "timeout_error",
      "overloaded_error"
    ]),
    message: text
  }),
  request_id: text
})

/** The forms above are the SDK's: each of these would not compile otherwise. */
type Mutable<A> =
  A extends ReadonlyArray<infer B>
    ? Array<Mutable<B>>
    : A extends object
      ? { -readonly [K in keyof A]: Mutable<A[K]> }
      : A
export const asSdkMessage = (message: Mutable<typeof OfficialMessage.Type>): Anthropic.Message => message
export const asSdkEvent = (
  event: Mutable<Exclude<OfficialEvent, { readonly type: "ping" }>>
): Anthropic.RawMessageStreamEvent => event

/** Holds a stream's events to their official order: blocks one after the other between the message's own events. */
export const assertInOrder = (events: ReadonlyArray<OfficialEvent>): void => {
  const types = events.filter(({ type }) => type !== "ping").map(({ type }) => type)
  assert.match(
    types.join(" "),
    /^message_start( content_block_start( content_block_delta)* content_block_stop)* message_delta message_stop$/
  )
  let open = -1
  for (const event of events) {
    if (event.type === "content_block_start") assert.strictEqual(event.index, ++open)
    if (event.type === "content_block_delta" || event.type === "content_block_stop")
      assert.strictEqual(event.index, open)
  }
}

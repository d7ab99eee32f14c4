// The wire of `/v1/messages`, as far as we read it. Decoded tolerantly: block, delta and event types are added all the
// time, and those we do not know are none of our business. Those that we do know must be whole.
import { Schema, SchemaTransformation } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** Something with any other `type`, which reads as "other". */
const other = (known: ReadonlyArray<string>) =>
  Schema.Struct({
    type: Schema.String.check(Schema.makeFilter((type: string) => !known.includes(type))).pipe(
      Schema.decodeTo(
        Schema.Literal("other"),
        SchemaTransformation.transform({ decode: (): "other" => "other", encode: (type): string => type })
      )
    )
  })

const Block = Schema.Union([
  Schema.Struct({ type: Schema.Literal("text"), text: optional(Schema.String) }),
  Schema.Struct({ type: Schema.Literal("thinking"), thinking: optional(Schema.String) }),
  Schema.Struct({
    type: Schema.Literal("tool_use"),
    id: Schema.String,
    name: Schema.String,
    input: optional(Schema.Unknown)
  }),
  other(["text", "thinking", "tool_use"])
])
export type Block = typeof Block.Type

// Read apart, so that an odd form of it breaks nothing.
const usage = { usage: Schema.optionalKey(Schema.Unknown) }

const stop = {
  stop_reason: optional(Schema.String),
  stop_sequence: optional(Schema.String),
  stop_details: optional(Schema.Struct({ explanation: optional(Schema.String) }))
}
const Stop = Schema.Struct(stop)
/** Why a reply ended, and what the platform says to a refusal. */
export type Stop = typeof Stop.Type

const Message = Schema.Struct({
  model: optional(Schema.String),
  content: Schema.Array(Block),
  ...usage,
  ...stop
})
export type Message = typeof Message.Type

const ErrorObject = Schema.Struct({
  type: optional(Schema.String),
  message: optional(Schema.String),
  /** An object with a code where the type alone misleads. */
  details: optional(Schema.Unknown)
})
export type ErrorObject = typeof ErrorObject.Type

const ErrorBody = Schema.Struct({ error: ErrorObject })

const Delta = Schema.Union([
  Schema.Struct({ type: Schema.Literal("text_delta"), text: Schema.String }),
  Schema.Struct({ type: Schema.Literal("thinking_delta"), thinking: Schema.String }),
  Schema.Struct({ type: Schema.Literal("input_json_delta"), partial_json: Schema.String }),
  other(["text_delta", "thinking_delta", "input_json_delta"])
])

const index = { index: Schema.Finite }

const StreamEvent = Schema.Union([
  Schema.Struct({ type: Schema.Literal("message_start"), message: Schema.Struct(usage) }),
  Schema.Struct({ type: Schema.Literal("content_block_start"), ...index, content_block: Block }),
  Schema.Struct({ type: Schema.Literal("content_block_delta"), ...index, delta: Delta }),
  Schema.Struct({ type: Schema.Literal("content_block_stop"), ...index }),
  Schema.Struct({ type: Schema.Literal("message_delta"), delta: Stop, ...usage }),
  Schema.Struct({ type: Schema.Literal("message_stop") }),
  Schema.Struct({ type: Schema.Literal("error"), error: ErrorObject }),
  other([
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "error"
  ])
])
export type StreamEvent = typeof StreamEvent.Type

const text = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => decodeJson(schema)

/** Decodes the body of a reply under HTTP 200: a message, or an error in its place. */
export const decodeBody = text(Schema.Union([ErrorBody, Message]))

/** Decodes the data of an event. Gateways send errors without the `type` around them. */
export const decodeEvent = text(Schema.Union([StreamEvent, ErrorBody]))

/** Decodes the body of a reply with another status. */
export const decodeErrorBody = text(ErrorBody)

// A response as it is shown and kept. Times are seconds since 1970.
import { Schema } from "effect"

const optional = Schema.optionalKey
export const ItemStatus = Schema.Literals(["in_progress", "completed", "incomplete"])
export type ItemStatus = typeof ItemStatus.Type

export const OutputText = Schema.Struct({
  type: Schema.Literal("output_text"),
  text: Schema.String,
  annotations: Schema.Array(Schema.Unknown),
  logprobs: Schema.Array(Schema.Unknown)
})

export const OutputMessage = Schema.Struct({
  type: Schema.Literal("message"),
  id: Schema.String,
  status: ItemStatus,
  role: Schema.Literal("assistant"),
  content: Schema.Array(OutputText)
})

/** What was thought on the way, in words for people. */
export const OutputReasoning = Schema.Struct({
  type: Schema.Literal("reasoning"),
  id: Schema.String,
  status: ItemStatus,
  summary: Schema.Array(Schema.Struct({ type: Schema.Literal("summary_text"), text: Schema.String }))
})

export const OutputCall = Schema.Struct({
  type: Schema.Literal("function_call"),
  id: Schema.String,
  status: ItemStatus,
  call_id: Schema.String,
  name: Schema.String,
  arguments: Schema.String
})

export const OutputItem = Schema.Union([OutputMessage, OutputReasoning, OutputCall])
export type OutputItem = typeof OutputItem.Type

export const ResponseUsage = Schema.Struct({
  input_tokens: Schema.Int,
  input_tokens_details: Schema.Struct({ cached_tokens: Schema.Int }),
  output_tokens: Schema.Int,
  output_tokens_details: Schema.Struct({ reasoning_tokens: Schema.Int }),
  total_tokens: Schema.Int,
  estimated: optional(Schema.Boolean).annotate({ description: "There, and true, where a platform told no tokens." }),
  cost: optional(Schema.NullOr(Schema.Finite)).annotate({ description: "In micro-USD; null where no price is known." })
})

export const ResponseStatus = Schema.Literals([
  "queued",
  "in_progress",
  "completed",
  "incomplete",
  "failed",
  "cancelled"
])
export type ResponseStatus = typeof ResponseStatus.Type

export const ResponseFailure = Schema.Struct({
  code: Schema.Literals(["server_error", "rate_limit_exceeded", "invalid_prompt"]),
  message: Schema.String
})
export type ResponseFailure = typeof ResponseFailure.Type

/** What was asked for, as it is told again in every response. */
export const Asked = Schema.Struct({
  model: Schema.String,
  instructions: Schema.NullOr(Schema.String),
  previous_response_id: Schema.NullOr(Schema.String),
  store: Schema.Boolean,
  background: Schema.Boolean,
  max_output_tokens: Schema.NullOr(Schema.Int),
  temperature: Schema.NullOr(Schema.Finite),
  top_p: Schema.NullOr(Schema.Finite),
  tools: Schema.Array(
    Schema.Struct({
      type: Schema.Literal("function"),
      name: Schema.String,
      description: Schema.NullOr(Schema.String),
      parameters: Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown)),
      strict: Schema.NullOr(Schema.Boolean)
    })
  ),
  tool_choice: Schema.Union([
    Schema.Literals(["none", "auto", "required"]),
    Schema.Struct({ type: Schema.Literal("function"), name: Schema.String })
  ]),
  parallel_tool_calls: Schema.Boolean,
  text: Schema.Struct({
    format: Schema.Union([
      Schema.Struct({ type: Schema.Literals(["text", "json_object"]) }),
      Schema.Struct({
        type: Schema.Literal("json_schema"),
        name: Schema.String,
        schema: Schema.Record(Schema.String, Schema.Unknown),
        strict: Schema.NullOr(Schema.Boolean)
      })
    ])
  }),
  reasoning: Schema.Struct({ effort: Schema.NullOr(Schema.String), summary: Schema.NullOr(Schema.String) }),
  truncation: Schema.Literal("disabled"),
  metadata: Schema.Record(Schema.String, Schema.String),
  user: optional(Schema.String)
})
export type Asked = typeof Asked.Type

export const ResponseObject = Schema.Struct({
  id: Schema.String,
  object: Schema.Literal("response"),
  created_at: Schema.Int,
  completed_at: Schema.NullOr(Schema.Int),
  status: ResponseStatus,
  error: Schema.NullOr(ResponseFailure),
  incomplete_details: Schema.NullOr(
    Schema.Struct({ reason: optional(Schema.Literals(["max_output_tokens", "content_filter"])) })
  ),
  ...Asked.fields,
  output: Schema.Array(OutputItem),
  usage: Schema.NullOr(ResponseUsage)
}).annotate({ identifier: "Response" })
export type ResponseObject = typeof ResponseObject.Type

/** Whether nothing comes any more. */
export const hasEnded = ({ status }: Pick<ResponseObject, "status">): boolean =>
  status !== "queued" && status !== "in_progress"

// What a chat completion comes back as, in OpenAI's form. `reasoning_content` and `siku` are extra fields.
import { Schema } from "effect"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const FinishReason = Schema.Literals(["stop", "length", "tool_calls", "content_filter"])

export const CompletionUsage = Schema.Struct({
  prompt_tokens: Count,
  completion_tokens: Count,
  total_tokens: Count,
  prompt_tokens_details: Schema.Struct({ cached_tokens: Count }),
  completion_tokens_details: Schema.Struct({ reasoning_tokens: Count })
}).annotate({ description: "What the whole turn took: work that is not the answer counts as reasoning." })
export type CompletionUsage = typeof CompletionUsage.Type

const ToolCall = Schema.Struct({
  id: Schema.String,
  type: Schema.Literal("function"),
  function: Schema.Struct({ name: Schema.String, arguments: Schema.String })
})

/** Of a turn: its run, where it is thought through, and what it cost in micro-USD (null where no price is known). */
export const TurnNote = Schema.Struct({
  run: Schema.NullOr(Schema.String),
  cost: Schema.NullOr(Schema.Finite),
  estimated: Schema.Boolean.annotate({ description: "Whether tokens are an estimate: a platform told none." })
})

const identity = {
  id: Schema.String,
  created: Schema.Int.annotate({ description: "Seconds since 1970." }),
  model: Schema.String,
  system_fingerprint: Schema.Null
}

export const Completion = Schema.Struct({
  ...identity,
  object: Schema.Literal("chat.completion"),
  choices: Schema.Array(
    Schema.Struct({
      index: Count,
      message: Schema.Struct({
        role: Schema.Literal("assistant"),
        content: Schema.NullOr(Schema.String),
        refusal: Schema.Null,
        reasoning_content: Schema.optionalKey(Schema.String),
        tool_calls: Schema.optionalKey(Schema.Array(ToolCall))
      }),
      logprobs: Schema.Null,
      finish_reason: FinishReason
    })
  ),
  usage: CompletionUsage,
  siku: TurnNote
}).annotate({ identifier: "ChatCompletion" })
export type Completion = typeof Completion.Type

const ToolCallDelta = Schema.Struct({
  index: Count,
  id: Schema.optionalKey(Schema.String),
  type: Schema.optionalKey(Schema.Literal("function")),
  function: Schema.Struct({ name: Schema.optionalKey(Schema.String), arguments: Schema.String })
})

/** What just happened in a run, without the texts that come as deltas. */
export const Progress = Schema.Struct({
  run: Schema.String,
  seq: Schema.Int,
  type: Schema.String,
  thread: Schema.optionalKey(Schema.Int),
  step: Schema.optionalKey(Schema.Int)
})

export const CompletionChunk = Schema.Struct({
  ...identity,
  object: Schema.Literal("chat.completion.chunk"),
  choices: Schema.Array(
    Schema.Struct({
      index: Count,
      delta: Schema.Struct({
        role: Schema.optionalKey(Schema.Literal("assistant")),
        content: Schema.optionalKey(Schema.String),
        reasoning_content: Schema.optionalKey(Schema.String),
        tool_calls: Schema.optionalKey(Schema.Array(ToolCallDelta))
      }),
      logprobs: Schema.Null,
      finish_reason: Schema.NullOr(FinishReason)
    })
  ),
  usage: Schema.optionalKey(Schema.NullOr(CompletionUsage)),
  siku: Schema.optionalKey(Schema.Union([Progress, TurnNote]))
})
export type CompletionChunk = typeof CompletionChunk.Type

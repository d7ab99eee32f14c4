// The official forms, with nothing in them that OpenAI's documentation does not have, but for the extra fields that are ours.
import { assert } from "@effect/vitest"
import { Result, Schema } from "effect"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const extra = Schema.optionalKey(Schema.Unknown)
const FinishReason = Schema.Literals(["stop", "length", "tool_calls", "content_filter", "function_call"])

const Usage = Schema.Struct({
  prompt_tokens: Count,
  completion_tokens: Count,
  total_tokens: Count,
  prompt_tokens_details: Schema.optionalKey(Schema.Struct({ cached_tokens: Count })),
  completion_tokens_details: Schema.optionalKey(Schema.Struct({ reasoning_tokens: Count }))
})

const head = {
  id: Schema.String.check(Schema.isPattern(/^chatcmpl-./)),
  created: Schema.Int.check(Schema.isBetween({ minimum: 1_700_000_000, maximum: 100_000_000_000 })),
  model: Schema.String,
  system_fingerprint: Schema.optionalKey(Schema.NullOr(Schema.String)),
  siku: extra
}

const Completion = Schema.Struct({
  ...head,
  object: Schema.Literal("chat.completion"),
  choices: Schema.NonEmptyArray(
    Schema.Struct({
      index: Count,
      message: Schema.Struct({
        role: Schema.Literal("assistant"),
        content: Schema.NullOr(Schema.String),
        refusal: Schema.NullOr(Schema.String),
        reasoning_content: extra,
        tool_calls: Schema.optionalKey(
          Schema.NonEmptyArray(
            Schema.Struct({
              id: Schema.NonEmptyString,
              type: Schema.Literal("function"),
              function: Schema.Struct({ name: Schema.NonEmptyString, arguments: Schema.String })
            })
          )
        )
      }),
      logprobs: Schema.Null,
      finish_reason: FinishReason
    })
  ),
  usage: Usage
})

const Chunk = Schema.Struct({
  ...head,
  object: Schema.Literal("chat.completion.chunk"),
  choices: Schema.Array(
    Schema.Struct({
      index: Count,
      delta: Schema.Struct({
        role: Schema.optionalKey(Schema.Literal("assistant")),
        content: Schema.optionalKey(Schema.String),
        reasoning_content: extra,
        tool_calls: Schema.optionalKey(
          Schema.NonEmptyArray(
            Schema.Struct({
              index: Count,
              id: Schema.optionalKey(Schema.NonEmptyString),
              type: Schema.optionalKey(Schema.Literal("function")),
              function: Schema.optionalKey(
                Schema.Struct({
                  name: Schema.optionalKey(Schema.NonEmptyString),
                  arguments: Schema.optionalKey(Schema.String)
                })
              )
            })
          )
        )
      }),
      logprobs: Schema.Null,
      finish_reason: Schema.NullOr(FinishReason)
    })
  ),
  usage: Schema.optionalKey(Schema.NullOr(Usage))
})
export type Chunk = typeof Chunk.Type

const ErrorBody = Schema.Struct({
  error: Schema.Struct({
    message: Schema.NonEmptyString,
    type: Schema.NonEmptyString,
    param: Schema.NullOr(Schema.NonEmptyString),
    code: Schema.NullOr(Schema.NonEmptyString)
  })
})

const Models = Schema.Struct({
  object: Schema.Literal("list"),
  data: Schema.Array(
    Schema.Struct({
      id: Schema.NonEmptyString,
      object: Schema.Literal("model"),
      created: Count,
      owned_by: Schema.NonEmptyString,
      description: extra
    })
  )
})

const strictly =
  <A>(schema: Schema.Decoder<A>) =>
  (input: unknown): A => {
    const decoded = Schema.decodeUnknownResult(schema, { onExcessProperty: "error" })(input)
    if (Result.isFailure(decoded))
      assert.fail(`${JSON.stringify(input)} is not of the official form: ${decoded.failure}`)
    return Result.getOrThrow(decoded)
  }

export const asCompletion = strictly(Completion)
export const asChunk = strictly(Chunk)
export const asError = strictly(ErrorBody)
export const asModels = strictly(Models)

/** What a streamed reply consists of, each part checked. */
export interface Frames {
  readonly chunks: ReadonlyArray<Chunk>
  readonly isDone: boolean
  readonly error: typeof ErrorBody.Type | undefined
}

/**
 * Reads a stream strictly: nothing but `data:` events, one head for all, of each choice its role first and nothing behind its end, and one
 * end of the two there are.
 */
export const asFrames = (body: string, choices = 1): Frames => {
  const events = body.split("\n\n")
  assert.strictEqual(events.pop(), "", "the last event is whole")
  const data = events.map((event) => {
    assert.match(event, /^data: [^\n]+$/)
    return event.slice("data: ".length)
  })
  const isDone = data.at(-1) === "[DONE]"
  const parsed = (isDone ? data.slice(0, -1) : data).map((text): unknown => JSON.parse(text))
  const last = parsed.at(-1)
  const error = typeof last === "object" && last !== null && "error" in last ? asError(last) : undefined
  const chunks = (error === undefined ? parsed : parsed.slice(0, -1)).map(asChunk)
  for (let index = 0; index < choices; index++) {
    const own = chunks.flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index))
    assert.deepStrictEqual(own[0]?.delta, { role: "assistant", content: "" })
    const end = own.findIndex(({ finish_reason }) => finish_reason !== null)
    if (isDone || end >= 0) assert.strictEqual(end, own.length - 1, "nothing comes behind a finish_reason")
  }
  assert.isTrue(chunks.every((chunk) => chunk.choices.every(({ index }) => index < choices)))
  assert.strictEqual(new Set(chunks.map(({ created, id, model }) => JSON.stringify([created, id, model]))).size, 1)
  const ends = chunks.flatMap((chunk) => chunk.choices.filter(({ finish_reason }) => finish_reason !== null))
  if (isDone) assert.strictEqual(ends.length, choices)
  else assert.isBelow(ends.length, choices, "what has all its ends is whole")
  assert.isTrue(isDone !== (error !== undefined), "it ends in one way")
  return { chunks, isDone, error }
}

// The forms that OpenAI documents for responses and their events; what a service adds beside them is ignored.
import { assert } from "@effect/vitest"
import { Schema } from "effect"

const optional = Schema.optionalKey
const Status = Schema.Literals(["in_progress", "completed", "incomplete"])

const OutputText = Schema.Struct({
  type: Schema.Literal("output_text"),
  text: Schema.String,
  annotations: Schema.Array(Schema.Unknown),
  logprobs: optional(Schema.Array(Schema.Unknown))
})
const SummaryText = Schema.Struct({ type: Schema.Literal("summary_text"), text: Schema.String })

const OutputItem = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("message"),
    id: Schema.NonEmptyString,
    role: Schema.Literal("assistant"),
    status: Status,
    content: Schema.Array(OutputText)
  }),
  Schema.Struct({
    type: Schema.Literal("reasoning"),
    id: Schema.NonEmptyString,
    status: optional(Status),
    summary: Schema.Array(SummaryText)
  }),
  Schema.Struct({
    type: Schema.Literal("function_call"),
    id: Schema.NonEmptyString,
    call_id: Schema.NonEmptyString,
    name: Schema.NonEmptyString,
    arguments: Schema.String,
    status: Status
  })
])

export const OfficialResponse = Schema.Struct({
  id: Schema.String.check(Schema.isPattern(/^resp_/)),
  object: Schema.Literal("response"),
  created_at: Schema.Int,
  status: Schema.Literals(["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]),
  error: Schema.NullOr(
    Schema.Struct({
      code: Schema.Literals(["server_error", "rate_limit_exceeded", "invalid_prompt"]),
      message: Schema.NonEmptyString
    })
  ),
  incomplete_details: Schema.NullOr(
    Schema.Struct({ reason: optional(Schema.Literals(["max_output_tokens", "content_filter"])) })
  ),
  instructions: Schema.NullOr(Schema.String),
  metadata: Schema.NullOr(Schema.Record(Schema.String, Schema.String)),
  model: Schema.NonEmptyString,
  output: Schema.Array(OutputItem),
  parallel_tool_calls: Schema.Boolean,
  temperature: Schema.NullOr(Schema.Finite),
  tool_choice: Schema.Union([
    Schema.Literals(["none", "auto", "required"]),
    Schema.Struct({ type: Schema.Literal("function"), name: Schema.String })
  ]),
  tools: Schema.Array(
    Schema.Struct({
      type: Schema.Literal("function"),
      name: Schema.String,
      parameters: Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown)),
      strict: Schema.NullOr(Schema.Boolean),
      description: optional(Schema.NullOr(Schema.String))
    })
  ),
  top_p: Schema.NullOr(Schema.Finite),
  background: optional(Schema.NullOr(Schema.Boolean)),
  completed_at: optional(Schema.NullOr(Schema.Int)),
  max_output_tokens: optional(Schema.NullOr(Schema.Int)),
  previous_response_id: optional(Schema.NullOr(Schema.String)),
  reasoning: optional(
    Schema.NullOr(
      Schema.Struct({
        effort: optional(Schema.NullOr(Schema.Literals(["none", "minimal", "low", "medium", "high", "xhigh"]))),
        summary: optional(Schema.NullOr(Schema.Literals(["auto", "concise", "detailed"])))
      })
    )
  ),
  text: optional(Schema.Struct({ format: optional(Schema.Struct({ type: Schema.String })) })),
  truncation: optional(Schema.NullOr(Schema.Literals(["auto", "disabled"]))),
  usage: Schema.NullOr(
    Schema.Struct({
      input_tokens: Schema.Int,
      input_tokens_details: Schema.Struct({ cached_tokens: Schema.Int }),
      output_tokens: Schema.Int,
      output_tokens_details: Schema.Struct({ reasoning_tokens: Schema.Int }),
      total_tokens: Schema.Int
    })
  ),
  user: optional(Schema.String)
})

const sequence_number = Schema.Int
const at = { item_id: Schema.NonEmptyString, output_index: Schema.Int, sequence_number }
const inContent = { ...at, content_index: Schema.Int }
const inSummary = { ...at, summary_index: Schema.Int }
const noLogprobs = Schema.Array(Schema.Unknown)

export const OfficialEvent = Schema.Union([
  Schema.Struct({
    type: Schema.Literals([
      "response.created",
      "response.queued",
      "response.in_progress",
      "response.completed",
      "response.incomplete",
      "response.failed"
    ]),
    response: OfficialResponse,
    sequence_number
  }),
  Schema.Struct({
    type: Schema.Literals(["response.output_item.added", "response.output_item.done"]),
    output_index: Schema.Int,
    item: OutputItem,
    sequence_number
  }),
  Schema.Struct({
    type: Schema.Literals(["response.content_part.added", "response.content_part.done"]),
    part: OutputText,
    ...inContent
  }),
  Schema.Struct({
    type: Schema.Literal("response.output_text.delta"),
    delta: Schema.String,
    logprobs: noLogprobs,
    ...inContent
  }),
  Schema.Struct({
    type: Schema.Literal("response.output_text.done"),
    text: Schema.String,
    logprobs: noLogprobs,
    ...inContent
  }),
  Schema.Struct({
    type: Schema.Literals(["response.reasoning_summary_part.added", "response.reasoning_summary_part.done"]),
    part: SummaryText,
    ...inSummary
  }),
  Schema.Struct({
    type: Schema.Literal("response.reasoning_summary_text.delta"),
    delta: Schema.String,
    ...inSummary
  }),
  Schema.Struct({ type: Schema.Literal("response.reasoning_summary_text.done"), text: Schema.String, ...inSummary }),
  Schema.Struct({ type: Schema.Literal("response.function_call_arguments.delta"), delta: Schema.String, ...at }),
  Schema.Struct({
    type: Schema.Literal("response.function_call_arguments.done"),
    name: Schema.String,
    arguments: Schema.String,
    ...at
  }),
  Schema.Struct({
    type: Schema.Literal("error"),
    code: Schema.NullOr(Schema.String),
    message: Schema.String,
    param: Schema.NullOr(Schema.String),
    sequence_number
  })
])
export type OfficialEvent = typeof OfficialEvent.Type

export const decodeResponse = Schema.decodeUnknownSync(OfficialResponse)
const decodeEvent = Schema.decodeUnknownSync(OfficialEvent)
const parseEvent = Schema.decodeUnknownSync(Schema.fromJsonString(OfficialEvent))

/** The events of a stream, each held to the official form and to its own name. */
export const eventsIn = (text: string): ReadonlyArray<OfficialEvent> =>
  text
    .split("\n\n")
    .filter((block) => block !== "" && !block.startsWith(":"))
    .map((block) => {
      const [, name = "", data = ""] = /^event: ([\w.]+)\ndata: (.*)$/.exec(block) ?? []
      const event = parseEvent(data)
      assert.strictEqual(name, event.type)
      return event
    })

/** Holds events to their official order: every part between its beginning and its end, and the texts of their deltas. */
export const assertInOrder = (given: ReadonlyArray<unknown>): void => {
  const events = given.map((event) => decodeEvent(event))
  assert.deepStrictEqual(
    events.map(({ sequence_number }) => sequence_number),
    events.map((_, index) => index)
  )
  const texts = new Map<string, string>()
  const open = new Set<number>()
  let items = 0
  for (const event of events) {
    switch (event.type) {
      case "response.output_item.added":
        assert.strictEqual(event.output_index, items++)
        assert.strictEqual(event.item.status, "in_progress")
        open.add(event.output_index)
        texts.set(event.item.id, "")
        break
      case "response.output_text.delta":
      case "response.reasoning_summary_text.delta":
      case "response.function_call_arguments.delta":
        assert.isTrue(open.has(event.output_index))
        texts.set(event.item_id, `${texts.get(event.item_id)}${event.delta}`)
        break
      case "response.output_text.done":
      case "response.reasoning_summary_text.done":
        assert.strictEqual(event.text, texts.get(event.item_id))
        break
      case "response.function_call_arguments.done":
        assert.strictEqual(event.arguments, texts.get(event.item_id))
        break
      case "response.output_item.done":
        assert.isTrue(open.delete(event.output_index))
        break
    }
  }
  assert.strictEqual(open.size, 0)
  const types = events.map(({ type }) => type)
  assert.deepStrictEqual(types.slice(0, 2), ["response.created", "response.in_progress"])
  assert.match(
    types.slice(2).join(" "),
    /(?:response\.completed|response\.incomplete|response\.failed error|(?<!response\.failed )error)$/
  )
  const last = events.findLast((event) => "response" in event)
  if (last !== undefined && "response" in last && items > 0 && types.at(-1) !== "error") {
    assert.strictEqual(last.response.output.length, items)
  }
}

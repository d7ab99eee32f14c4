import * as Predicate from "effect/Predicate"
import { anthropicError } from "./AnthropicError.ts"
import { readChatRequest } from "./ChatRequest.ts"
import type { ChatRequest } from "./ChatRequest.ts"
import type { Form } from "./Form.ts"
import { meaningOf, meaningOfStatus } from "./Meaning.ts"
import type { Reply } from "./Reply.ts"
import { usageOf } from "./ReplyBody.ts"
import type { ReplyIdentity } from "./ReplyBody.ts"
import { retryHeaders } from "./RetryHints.ts"
import { pieces } from "./Streaming.ts"

/** Anthropic's messages. */
export const anthropicForm: Form = {
  read: (body, headers, defaultModel) => {
    const request = readChatRequest(body, headers, defaultModel)
    const system = request?.body["system"]
    return request === undefined || !Predicate.isString(system)
      ? request
      : { ...request, messages: [{ role: "system", text: system }, ...request.messages] }
  },
  body: (identity, request, reply) => messageOf(identity, request, reply, blocksOf(reply)),
  stream: (identity, request, reply) => {
    const events = blocksOf(reply).flatMap(eventsOfBlock)
    return {
      deltas: [startOf(identity, request, reply), ...events.slice(0, -1)],
      // The end of the last block belongs to the end of the message.
      ending: [...events.slice(-1), ...endOf(request, reply)]
    }
  },
  empty: (identity, request) => ({
    body: messageOf(identity, request, { content: "" }, []),
    stream: [startOf(identity, request, { content: "" }), ...endOf(request, { content: "" })]
  }),
  broken: (identity) => ({
    body: `{"id":"${identity.id}","type":"message","content":[{"type":"text","text":"the answer is`,
    stream: [
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","te\n\n',
      event("message_stop")
    ]
  }),
  error: (error) => anthropicError(meaningOf(error)).body,
  errorEvent: (error) => `event: error\ndata: ${JSON.stringify(anthropicError(meaningOf(error)).body)}\n\n`,
  status: (fault) => {
    const headers = retryHeaders(fault)
    const meaning = meaningOfStatus(fault)
    if (meaning === undefined) return { status: fault.status, headers, body: fault.body }
    const { body, status } = anthropicError(meaning)
    return { status: status ?? fault.status, headers, body }
  }
}

const event = (type: string, data: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

type Block =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }

// A model that thought may have nothing to say; one that did not says something, be it "".
const blocksOf = ({ content, reasoning }: Reply): ReadonlyArray<Block> => {
  const text: Block = { type: "text", text: content }
  if (reasoning === undefined) return [text]
  const thinking: Block = { type: "thinking", thinking: reasoning, signature: "c2ln" }
  return content === "" ? [thinking] : [thinking, text]
}

const messageOf = (identity: ReplyIdentity, request: ChatRequest, reply: Reply, content: ReadonlyArray<Block>) => ({
  ...beginningOf(identity, request),
  content,
  ...stopOf(reply),
  usage: countsOf(request, reply)
})

const beginningOf = (identity: ReplyIdentity, request: ChatRequest) => ({
  id: `msg_${identity.id}`,
  type: "message",
  role: "assistant",
  model: request.model,
  stop_sequence: null
})

const startOf = (identity: ReplyIdentity, request: ChatRequest, reply: Reply): string =>
  event("message_start", {
    message: {
      ...beginningOf(identity, request),
      content: [],
      stop_reason: null,
      usage: { ...countsOf(request, reply), output_tokens: 1 }
    }
  })

const eventsOfBlock = (block: Block, index: number): ReadonlyArray<string> => [
  event("content_block_start", {
    index,
    content_block: block.type === "text" ? { ...block, text: "" } : { ...block, thinking: "", signature: "" }
  }),
  // The API sends a ping early in every stream.
  ...(index === 0 ? [event("ping")] : []),
  ...pieces(block.type === "text" ? block.text : block.thinking).map((piece) =>
    event("content_block_delta", {
      index,
      delta: block.type === "text" ? { type: "text_delta", text: piece } : { type: "thinking_delta", thinking: piece }
    })
  ),
  event("content_block_stop", { index })
]

const endOf = (request: ChatRequest, reply: Reply): ReadonlyArray<string> => [
  event("message_delta", {
    delta: stopOf(reply),
    usage: { output_tokens: countsOf(request, reply).output_tokens }
  }),
  event("message_stop")
]

const stopReasons: ReadonlyMap<string, string> = new Map([
  ["stop", "end_turn"],
  ["length", "max_tokens"],
  ["tool_calls", "tool_use"],
  ["content_filter", "refusal"]
])

// OpenAI's words are translated, any other is sent as it is.
const stopReasonOf = ({ finishReason = "stop" }: Reply): string => stopReasons.get(finishReason) ?? finishReason

const stopOf = (reply: Reply) =>
  reply.stopSequence === undefined
    ? { stop_reason: stopReasonOf(reply), stop_sequence: null }
    : { stop_reason: "stop_sequence", stop_sequence: reply.stopSequence }

const countsOf = (request: ChatRequest, reply: Reply) => {
  const usage = usageOf(request, reply)
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0
  const thinking = usage.completion_tokens_details?.reasoning_tokens
  return {
    input_tokens: usage.prompt_tokens - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: usage.completion_tokens,
    ...(thinking !== undefined && { output_tokens_details: { thinking_tokens: thinking } })
  }
}

import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { ChatRequest } from "./ChatRequest.ts"
import type { Form } from "./Form.ts"
import { geminiError } from "./GeminiError.ts"
import { meaningOf, meaningOfStatus } from "./Meaning.ts"
import type { Reply } from "./Reply.ts"
import { usageOf } from "./ReplyBody.ts"
import type { ReplyIdentity } from "./ReplyBody.ts"
import { retryMs } from "./RetryHints.ts"
import { event, pieces } from "./Streaming.ts"

/** Gemini's `generateContent`, which has the model and whether to stream in its path. */
export const geminiForm = (model: string, stream: boolean): Form => ({
  read: (body, headers) =>
    Option.getOrUndefined(
      Option.map(decodeRequest(body), ({ contents, systemInstruction }): ChatRequest => ({
        model,
        messages: [
          ...(systemInstruction === undefined ? [] : [{ role: "system", text: textOf(systemInstruction) }]),
          ...contents.map((content) => ({
            role: content.role === "model" ? "assistant" : "user",
            text: textOf(content)
          }))
        ],
        stream,
        includeUsage: true,
        headers,
        body: Predicate.isObject(body) ? body : {}
      }))
    ),
  body: (identity, request, reply) => responseOf(identity, request, reply, partsOf(reply), finishReasonOf(reply)),
  stream: (identity, request, reply) => ({
    deltas: piecesOf(reply).map((part) => event(responseOf(identity, request, reply, [part]))),
    ending: [event(responseOf(identity, request, reply, [{ text: "" }], finishReasonOf(reply)))]
  }),
  empty: (identity, request) => {
    const { candidates: _, ...body } = responseOf(identity, request, { content: "" }, [])
    return { body, stream: [event(body)] }
  },
  broken: () => {
    const body = '{"candidates":[{"content":{"parts":[{"text":"the answer is'
    return { body, stream: [`data: ${body}\n\n`] }
  },
  error: (error) => geminiError(meaningOf(error), 500, undefined).body,
  // As the API does: without `data:`, so that it is no event.
  errorEvent: (error) => `${JSON.stringify(geminiError(meaningOf(error), 500, undefined).body, null, 2)}\n`,
  status: (fault) => {
    const meaning = meaningOfStatus(fault)
    if (meaning === undefined) return { status: fault.status, headers: {}, body: fault.body }
    if (meaning !== "contentFiltered") return { headers: {}, ...geminiError(meaning, fault.status, retryMs(fault)) }
    const blocked = { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, modelVersion: model }
    return stream
      ? { status: 200, headers: { "content-type": "text/event-stream" }, body: event(blocked) }
      : { status: 200, headers: {}, body: blocked }
  }
})

const Content = Schema.Struct({
  role: Schema.optionalKey(Schema.String),
  parts: Schema.Array(Schema.Struct({ text: Schema.optionalKey(Schema.String) }))
})
const decodeRequest = Schema.decodeUnknownOption(
  Schema.Struct({ contents: Schema.Array(Content), systemInstruction: Schema.optionalKey(Content) })
)

const textOf = ({ parts }: typeof Content.Type): string =>
  parts.flatMap(({ text }) => (text === undefined || text === "" ? [] : [text])).join("\n")

interface Part {
  readonly text: string
  readonly thought?: true
}

// A model that thought may have nothing to say; one that did not says something, be it "".
const partsOf = ({ content, reasoning }: Reply): ReadonlyArray<Part> => [
  ...(reasoning === undefined ? [] : [{ text: reasoning, thought: true } as const]),
  ...(reasoning !== undefined && content === "" ? [] : [{ text: content }])
]

const piecesOf = (reply: Reply): ReadonlyArray<Part> =>
  partsOf(reply).flatMap((part) => pieces(part.text).map((text) => ({ ...part, text })))

const responseOf = (
  identity: ReplyIdentity,
  request: ChatRequest,
  reply: Reply,
  parts: ReadonlyArray<Part>,
  finishReason?: string
) => {
  const usage = usageOf(request, reply)
  const cached = usage.prompt_tokens_details?.cached_tokens
  const thoughts = usage.completion_tokens_details?.reasoning_tokens
  return {
    candidates: [{ content: { parts, role: "model" }, ...(finishReason !== undefined && { finishReason }), index: 0 }],
    usageMetadata: {
      promptTokenCount: usage.prompt_tokens,
      candidatesTokenCount: usage.completion_tokens - (thoughts ?? 0),
      totalTokenCount: usage.total_tokens,
      ...(cached !== undefined && { cachedContentTokenCount: cached }),
      ...(thoughts !== undefined && { thoughtsTokenCount: thoughts })
    },
    modelVersion: request.model,
    responseId: identity.id
  }
}

const finishReasons: ReadonlyMap<string, string> = new Map([
  ["stop", "STOP"],
  ["length", "MAX_TOKENS"],
  ["tool_calls", "STOP"],
  ["content_filter", "SAFETY"]
])

// OpenAI's words are translated, any other is sent as it is.
const finishReasonOf = ({ finishReason = "stop" }: Reply): string => finishReasons.get(finishReason) ?? finishReason

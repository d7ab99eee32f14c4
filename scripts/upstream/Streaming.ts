// A reply as server-sent events: role, reasoning and content deltas, the finish chunk, the usage chunk, `[DONE]`.
import type { ChatRequest } from "./ChatRequest.ts"
import type { Reply } from "./Reply.ts"
import { usageOf } from "./ReplyBody.ts"
import type { ReplyIdentity } from "./ReplyBody.ts"

/** The events of one reply, split where faults strike: what carries the answer, and what says that it is complete. */
export interface StreamedReply {
  readonly deltas: ReadonlyArray<string>
  readonly ending: ReadonlyArray<string>
}

/** One event with JSON as its data. */
export const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`

/** The event that ends every complete stream. */
export const doneEvent = "data: [DONE]\n\n"

/** The pieces a text is streamed in, unless it is shorter. */
const pieceCount = 4

/** A reply as events, with a usage chunk where the request asked for one. */
export const streamedReply = (identity: ReplyIdentity, request: ChatRequest, reply: Reply): StreamedReply => {
  const chunk = (choices: ReadonlyArray<unknown>, usage: unknown) =>
    event({
      ...identity,
      object: "chat.completion.chunk",
      model: request.model,
      choices,
      // The API sends `usage: null` on every chunk but the last once usage was asked for, and leaves it out otherwise.
      ...(request.includeUsage && { usage })
    })
  const delta = (delta: unknown, finishReason: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason: finishReason }], null)
  return {
    deltas: [
      delta({ role: "assistant", content: "" }),
      ...pieces(reply.reasoning ?? "").map((piece) => delta({ reasoning_content: piece })),
      ...pieces(reply.content).map((piece) => delta({ content: piece }))
    ],
    ending: [
      delta({}, reply.finishReason ?? "stop"),
      ...(request.includeUsage ? [chunk([], usageOf(request, reply))] : []),
      doneEvent
    ]
  }
}

/** The deltas that are sent before a stream goes wrong: the role and about half of the rest. */
export const someDeltas = (reply: StreamedReply): ReadonlyArray<string> =>
  reply.deltas.slice(0, 1 + Math.ceil((reply.deltas.length - 1) / 2))

/** A text in the pieces it is streamed in; none of "". */
export const pieces = (text: string): ReadonlyArray<string> => {
  const size = Math.ceil(text.length / pieceCount)
  const cut: Array<string> = []
  for (let start = 0; start < text.length;) {
    const end = start + size
    // A piece never ends between the halves of a surrogate pair.
    const next = isHighSurrogate(text.charCodeAt(end - 1)) ? end + 1 : end
    cut.push(text.slice(start, next))
    start = next
  }
  return cut
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

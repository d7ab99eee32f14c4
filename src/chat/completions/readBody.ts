import { Effect, Schema } from "effect"
import { BadBody } from "../BadBody.ts"
import type { Turn } from "../Turn.ts"
import { CompletionBody } from "./CompletionBody.ts"
import { decodePart } from "./decodePart.ts"
import { toTurn } from "./toTurn.ts"

/** What a body asks for, and how it wants its reply. */
export interface CompletionRequest {
  readonly turn: Turn
  readonly isStreamed: boolean
  readonly includeUsage: boolean
}

const decode = decodePart(CompletionBody)
const parse = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))
const largeBody = 1024 * 1024

/** Reads the body of a chat completion; megabytes in steps, between which others have their turn. */
export const readBody = Effect.fnUntraced(function* (text: string) {
  const input = yield* Effect.fromResult(parse(text)).pipe(
    Effect.mapError(() => new BadBody({ param: null, detail: "The body is no JSON." }))
  )
  if (text.length > largeBody) yield* Effect.yieldNow
  const body = yield* Effect.fromResult(decode(input))
  const turn = yield* Effect.fromResult(toTurn(body))
  const request: CompletionRequest = {
    turn,
    isStreamed: body.stream === true,
    includeUsage: body.stream_options?.include_usage === true
  }
  return request
})

import { Effect } from "effect"
import { jsonBody } from "../jsonBody.ts"
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

/** Reads the body of a chat completion; megabytes in steps, between which others have their turn. */
export const readBody = Effect.fnUntraced(function* (text: string) {
  const body = yield* Effect.fromResult(decode(yield* jsonBody(text)))
  const turn = yield* toTurn(body)
  const request: CompletionRequest = {
    turn,
    isStreamed: body.stream === true,
    includeUsage: body.stream_options?.include_usage === true
  }
  return request
})

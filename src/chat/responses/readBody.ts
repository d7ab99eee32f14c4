import { Effect, Schema } from "effect"
import { BadBody } from "../BadBody.ts"
import { decodePart } from "../completions/decodePart.ts"
import { ResponseBody } from "./ResponseBody.ts"

const decode = decodePart(ResponseBody)
const parse = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))
const largeBody = 1024 * 1024

/** Reads the body of a request for a response; megabytes in steps, between which others have their turn. */
export const readBody = Effect.fnUntraced(function* (text: string) {
  const input = yield* Effect.fromResult(parse(text)).pipe(
    Effect.mapError(() => new BadBody({ param: null, detail: "The body is no JSON." }))
  )
  if (text.length > largeBody) yield* Effect.yieldNow
  return yield* Effect.fromResult(decode(input))
})

import { Effect } from "effect"
import { jsonBody } from "../jsonBody.ts"
import { decodePart } from "../completions/decodePart.ts"
import { ResponseBody } from "./ResponseBody.ts"

const decode = decodePart(ResponseBody)

/** Reads the body of a request for a response; megabytes in steps, between which others have their turn. */
export const readBody = Effect.fnUntraced(function* (text: string) {
  return yield* Effect.fromResult(decode(yield* jsonBody(text)))
})

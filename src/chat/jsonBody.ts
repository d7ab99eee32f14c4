import { Effect, Result } from "effect"
import { parseJson } from "../platform/decodeJson.ts"
import { BadBody } from "./BadBody.ts"

const largeBody = 1024 * 1024

/** What a body says; after megabytes others have their turn, before the next step over them. */
export const jsonBody = (text: string): Effect.Effect<unknown, BadBody> => {
  const parsed = parseJson(text)
  if (Result.isFailure(parsed)) return Effect.fail(new BadBody({ param: null, detail: "The body is no JSON." }))
  const body = Effect.succeed(parsed.success)
  return text.length > largeBody ? Effect.andThen(Effect.yieldNow, body) : body
}

import { Effect, Result, Schema, SchemaIssue } from "effect"
import type { HttpServerRequest } from "effect/http"
import { refusedBody } from "../../platform/bounds/BodyRefused.ts"
import { parseJson } from "../../platform/decodeJson.ts"
import { type Failure, invalid } from "./failures.ts"

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const largeBody = 1024 * 1024

/** The body of a request as it came. */
export const readText = ({ text }: HttpServerRequest.HttpServerRequest): Effect.Effect<string, Failure> =>
  Effect.mapError(text, (error) => {
    const refused = refusedBody(error)
    if (refused === undefined) return invalid("The request could not be read.")
    return refused.why === "size" || refused.why === "values"
      ? { status: 413, type: "request_too_large", message: refused.message, isFinal: true }
      : invalid(refused.message)
  })

/** What a body says, whatever its content type is. Of what is wrong with it the first is told, with its place. */
export const readJson = Effect.fnUntraced(function* <A, I>(
  text: string,
  schema: Schema.Codec<A, I>
): Effect.fn.Return<A, Failure> {
  const json = parseJson(text)
  // Others have their turn before the next step over megabytes.
  if (text.length > largeBody) yield* Effect.yieldNow
  if (Result.isFailure(json)) return yield* Effect.fail(invalid("The request body is not valid JSON."))
  return yield* Effect.mapError(Schema.decodeUnknownEffect(schema)(json.success), ({ issue }) => {
    const [first] = formatIssue(issue).issues
    const path = (first?.path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment))
    return invalid(
      path.length === 0 ? "The request body must be a JSON object." : `${path.join(".")}: ${first?.message}`
    )
  })
})

import { Effect, Result, Schema, SchemaIssue } from "effect"
import type { HttpServerRequest } from "effect/http"
import { parseJson } from "../../platform/decodeJson.ts"
import { type Failure, invalid } from "./failures.ts"

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const largeBody = 1024 * 1024

/** The body of a request, whatever its content type says. Of what is wrong with it the first is told, with its place. */
export const readJson = Effect.fnUntraced(function* <A, I>(
  request: HttpServerRequest.HttpServerRequest,
  schema: Schema.Codec<A, I>
): Effect.fn.Return<A, Failure> {
  const text = yield* Effect.mapError(request.text, ({ reason }): Failure =>
    reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
      ? { status: 413, type: "request_too_large", message: "The request body is larger than allowed.", isFinal: true }
      : invalid("The request could not be read.")
  )
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

import { Option, Result, Schema } from "effect"

/** What a JSON text says; fails where it is none. */
export const parseJson = (text: string): Result.Result<unknown, SyntaxError> =>
  Result.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => (cause instanceof SyntaxError ? cause : new SyntaxError(String(cause)))
  })

/**
 * Reads JSON texts of one form; none where a text is of another. To be made once. Does what decoding by `Schema.fromJsonString` does,
 * which starts a fiber for each text.
 */
export const decodeJson = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S
): ((text: string) => Option.Option<S["Type"]>) => {
  const decode = Schema.decodeUnknownOption(schema)
  return (text) => {
    const parsed = parseJson(text)
    return Result.isFailure(parsed) ? Option.none() : decode(parsed.success)
  }
}

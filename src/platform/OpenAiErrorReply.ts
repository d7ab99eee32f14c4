import { Schema } from "effect"
import { HttpApiSchema } from "effect/http-api"

/** An error in OpenAI's form. */
export const OpenAiErrorReply = Schema.Struct({
  error: Schema.Struct({
    message: Schema.String,
    type: Schema.String,
    param: Schema.NullOr(Schema.String),
    code: Schema.NullOr(Schema.String)
  })
}).annotate({ identifier: "OpenAiError" })

const byStatus = new Map<number, typeof OpenAiErrorReply>()

/** The same under a status; one schema each, so that a description names it once whoever declares it. */
export const openAiError = (status: number): typeof OpenAiErrorReply => {
  const schema = byStatus.get(status) ?? OpenAiErrorReply.pipe(HttpApiSchema.status(status))
  byStatus.set(status, schema)
  return schema
}

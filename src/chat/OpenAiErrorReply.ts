import { Schema } from "effect"

/** An error in OpenAI's form. */
export const OpenAiErrorReply = Schema.Struct({
  error: Schema.Struct({
    message: Schema.String,
    type: Schema.String,
    param: Schema.NullOr(Schema.String),
    code: Schema.NullOr(Schema.String)
  })
}).annotate({ identifier: "OpenAiError" })

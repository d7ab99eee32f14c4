// The body of `POST /v1/embeddings`, as OpenAI documents it.
import { Schema } from "effect"

const given = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
const mostInputs = 2048

const several = <S extends Schema.Top>(schema: S) =>
  Schema.Array(schema).check(Schema.isMinLength(1), Schema.isMaxLength(mostInputs))

export const EmbeddingBody = Schema.Struct({
  model: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255)).annotate({
    description: "<provider>/<model>"
  }),
  input: Schema.Union([
    Schema.String,
    several(Schema.String),
    Schema.Array(Schema.Int).check(Schema.isMinLength(1)),
    several(Schema.Array(Schema.Int))
  ]).annotate({ description: "Texts, or their tokens." }),
  encoding_format: given(Schema.Literals(["float", "base64"])),
  dimensions: given(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_536 }))),
  user: given(Schema.String)
}).annotate({ identifier: "EmbeddingRequest" })
export type EmbeddingBody = typeof EmbeddingBody.Type

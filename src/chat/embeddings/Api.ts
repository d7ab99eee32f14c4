import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { RequiredScope } from "../../platform/Access.ts"
import { BodyBound } from "../../platform/bounds/BodyBounds.ts"
import { openAiError } from "../../platform/OpenAiErrorReply.ts"
import { EmbeddingBody } from "./EmbeddingBody.ts"

const EmbeddingReply = Schema.Struct({
  object: Schema.Literal("list"),
  data: Schema.Array(
    Schema.Struct({
      object: Schema.Literal("embedding"),
      index: Schema.Int,
      embedding: Schema.Union([Schema.Array(Schema.Finite), Schema.String]).annotate({
        description: "Numbers, or with encoding_format base64 the bytes of 32-bit floats."
      })
    })
  ),
  model: Schema.String,
  usage: Schema.Struct({ prompt_tokens: Schema.Int, total_tokens: Schema.Int })
}).annotate({ identifier: "EmbeddingReply" })

export const EmbeddingsApi = HttpApiGroup.make("embeddings")
  .add(
    HttpApiEndpoint.post("createEmbeddings", "/v1/embeddings", {
      payload: EmbeddingBody,
      success: EmbeddingReply,
      error: [400, 404, 413, 429, 500, 502, 503, 504].map(openAiError)
    }).annotate(OpenApi.Summary, "Vectors of texts, from a provider of OpenAI's kind")
  )
  .annotate(RequiredScope, "chat")
  // OpenAI takes 300,000 tokens in all, and they may be sent as numbers.
  .annotate(BodyBound, { bytes: undefined, depth: 8, values: 310_000, keys: 100 })
  .annotateMerge(
    OpenApi.annotations({
      title: "Embeddings",
      description: "Vectors of texts, in the form that clients of OpenAI speak."
    })
  )

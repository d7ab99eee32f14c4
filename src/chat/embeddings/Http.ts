import { Effect } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { Embeddings, type NoEmbeddings, type UnknownEmbeddingModel } from "../../providers/embeddings/Embeddings.ts"
import type { EmbeddingRequest } from "../../providers/embeddings/EmbeddingRequest.ts"
import { decodePart } from "../completions/decodePart.ts"
import { failureOf, refusal } from "../failure.ts"
import { failureResponse } from "../failureResponse.ts"
import { jsonBody } from "../jsonBody.ts"
import { EmbeddingBody } from "./EmbeddingBody.ts"

const decode = decodePart(EmbeddingBody)

export const layer = HttpApiBuilder.group(
  Api,
  "embeddings",
  Effect.fnUntraced(function* (handlers) {
    const embeddings = yield* Embeddings

    const create = Effect.fn("Embeddings.create")(
      function* (request: HttpServerRequest.HttpServerRequest) {
        const body = yield* Effect.fromResult(decode(yield* jsonBody(yield* Effect.orDie(request.text))))
        const reply = yield* embeddings.embed(body.model, requestIn(body))
        return HttpServerResponse.text(reply, { contentType: "application/json" })
      },
      Effect.catchTags({
        BadBody: (error) => Effect.succeed(failureResponse(refusal(error))),
        UnknownEmbeddingModel: (error) => Effect.succeed(refused(error, 404, "model_not_found")),
        NoEmbeddings: (error) => Effect.succeed(refused(error, 400, "unsupported_model")),
        ProviderError: (error) => {
          const failure = failureOf(error)
          // What is too long or not taken is the input.
          return Effect.succeed(
            failureResponse(failure.param === "messages" ? { ...failure, param: "input" } : failure)
          )
        }
      })
    )

    return handlers.handleRaw("createEmbeddings", ({ request }) => create(request))
  })
)

const requestIn = ({ dimensions, encoding_format, input }: EmbeddingBody): EmbeddingRequest => ({
  input,
  ...(encoding_format === undefined || encoding_format === null ? {} : { encoding_format }),
  ...(dimensions === undefined || dimensions === null ? {} : { dimensions })
})

const refused = (error: UnknownEmbeddingModel | NoEmbeddings, status: number, code: string) =>
  failureResponse({ status, message: error.message, param: "model", code, isFinal: true })

import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { RequiredScope } from "../../platform/Access.ts"
import { BodyBound, conversationBody } from "../../platform/bounds/BodyBounds.ts"
import { openAiError } from "../../platform/OpenAiErrorReply.ts"
import { ResponseBody } from "./ResponseBody.ts"
import { ResponseObject } from "./ResponseObject.ts"
import { StoredItem } from "./StoredItem.ts"

const params = { id: Schema.String }
const flag = Schema.Literals(["true", "false", "1", "0"])
const WholeNumber = Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))
const Limit = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 100 }))
const notFound = openAiError(404)
const badRequest = openAiError(400)
const errors = [400, 404, 413, 429, 500, 502, 503, 504].map(openAiError)

const DeletedResponse = Schema.Struct({
  id: Schema.String,
  object: Schema.Literal("response"),
  deleted: Schema.Literal(true)
}).annotate({ identifier: "DeletedResponse" })

const ItemPage = Schema.Struct({
  object: Schema.Literal("list"),
  data: Schema.Array(StoredItem),
  first_id: Schema.NullOr(Schema.String),
  last_id: Schema.NullOr(Schema.String),
  has_more: Schema.Boolean
}).annotate({ identifier: "ResponseItemPage" })

const ResponseEvents = HttpApiSchema.StreamSse({
  data: Schema.Struct({ type: Schema.String, sequence_number: Schema.Int })
})

/** Whose account a response is not, for them it does not exist. On this machine no key is needed, for no id can be guessed. */
export const ResponsesApi = HttpApiGroup.make("responses")
  .add(
    HttpApiEndpoint.post("createResponse", "/v1/responses", {
      payload: ResponseBody,
      success: [ResponseObject, ResponseEvents],
      error: errors
    })
      .annotate(OpenApi.Summary, "The next response of a conversation, in OpenAI's form")
      .annotate(
        OpenApi.Description,
        "Whole, or with `stream` in events. With `background` it goes on when nobody listens, and after a restart. A failure in the middle of a stream is `response.failed` and an `error` event."
      )
  )
  .add(
    HttpApiEndpoint.get("readResponse", "/v1/responses/:id", {
      params,
      query: {
        stream: Schema.optionalKey(flag),
        starting_after: Schema.optionalKey(WholeNumber).annotate({
          description: "Of a stream: only events after this number."
        })
      },
      success: [ResponseObject, ResponseEvents],
      error: [badRequest, notFound]
    }).annotate(OpenApi.Summary, "A response that is kept, or once more the events of one in the background")
  )
  .add(
    HttpApiEndpoint.post("cancelResponse", "/v1/responses/:id/cancel", {
      params,
      success: ResponseObject,
      error: [badRequest, notFound]
    }).annotate(OpenApi.Summary, "End a response in the background with all its model calls")
  )
  .add(
    HttpApiEndpoint.delete("deleteResponse", "/v1/responses/:id", {
      params,
      success: DeletedResponse,
      error: notFound
    }).annotate(OpenApi.Summary, "Forget a response, and end it if it is under way")
  )
  .add(
    HttpApiEndpoint.get("listResponseItems", "/v1/responses/:id/input_items", {
      params,
      query: {
        limit: Schema.optionalKey(Limit),
        after: Schema.optionalKey(Schema.String),
        order: Schema.optionalKey(Schema.Literals(["asc", "desc"]))
      },
      success: ItemPage,
      error: notFound
    }).annotate(OpenApi.Summary, "What went into a response, the newest first unless asked otherwise")
  )
  .annotate(RequiredScope, "chat")
  .annotate(BodyBound, conversationBody)
  .annotateMerge(
    OpenApi.annotations({
      title: "Responses",
      description:
        "For clients of OpenAI's Responses API: plain calls of a model, or questions that are thought through."
    })
  )

import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { RequiredScope } from "../../platform/Access.ts"
import { BodyBound, conversationBody } from "../../platform/bounds/BodyBounds.ts"
import { AnthropicErrorReply, anthropicError } from "../../platform/AnthropicErrorReply.ts"
import { CountBody, MessagesBody } from "./MessagesBody.ts"
import { CountView, MessageEvent, MessageView } from "./MessageViews.ts"

const errors = [400, 404, 413, 415, 429, 500, 502, 503, 504, 529].map(anthropicError)

export const MessagesApi = HttpApiGroup.make("messages")
  .add(
    HttpApiEndpoint.post("createMessage", "/v1/messages", {
      payload: MessagesBody,
      success: [MessageView, HttpApiSchema.StreamSse({ data: Schema.Union([MessageEvent, AnthropicErrorReply]) })],
      error: errors
    })
      .annotate(OpenApi.Summary, "The next message of a conversation, in Anthropic's form")
      .annotate(
        OpenApi.Description,
        "Whole, or with `stream` in events. A failure in the middle of a stream is an `error` event, and then the stream ends without `message_stop`."
      )
  )
  .add(
    HttpApiEndpoint.post("countMessageTokens", "/v1/messages/count_tokens", {
      payload: CountBody,
      success: CountView,
      error: errors
    }).annotate(OpenApi.Summary, "About how many tokens a conversation has")
  )
  .annotate(RequiredScope, "chat")
  .annotate(BodyBound, conversationBody)
  .annotateMerge(
    OpenApi.annotations({
      title: "Messages",
      description:
        "For clients of Anthropic's Messages API: plain calls of a model, or questions that are thought through."
    })
  )

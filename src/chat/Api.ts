import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { RequiredScope } from "../platform/Access.ts"
import { BodyBound, conversationBody } from "../platform/bounds/BodyBounds.ts"
import { openAiError } from "../platform/OpenAiErrorReply.ts"
import { Completion } from "./completions/Completion.ts"
import { CompletionBody } from "./completions/CompletionBody.ts"

const failures = [400, 404, 413, 429, 500, 502, 503, 504].map(openAiError)

const Model = Schema.Struct({
  id: Schema.String,
  object: Schema.Literal("model"),
  created: Schema.Int.annotate({ description: "Seconds since 1970." }),
  owned_by: Schema.String,
  description: Schema.String
}).annotate({ identifier: "Model" })

const ModelList = Schema.Struct({ object: Schema.Literal("list"), data: Schema.Array(Model) }).annotate({
  identifier: "ModelList"
})

export const ChatApi = HttpApiGroup.make("chat")
  .add(
    HttpApiEndpoint.post("createChatCompletion", "/v1/chat/completions", {
      payload: CompletionBody,
      success: Completion,
      error: failures
    })
      .annotate(OpenApi.Summary, "The next message of a conversation")
      .annotate(
        OpenApi.Description,
        'In the form of OpenAI. With "stream": true the reply is a stream of events: chunks, then [DONE]; a failure on the way is a last event with an error and no [DONE].'
      )
      // The frames are written by hand, so the contract knows of no stream.
      .annotate(OpenApi.Transform, (operation) => {
        const { 200: reply, ...others } = operation["responses"]
        const content = { ...reply.content, "text/event-stream": { schema: { type: "string" } } }
        return { ...operation, responses: { ...others, 200: { ...reply, content } } }
      })
  )
  .add(
    HttpApiEndpoint.get("listModels", "/v1/models", { success: ModelList }).annotate(
      OpenApi.Summary,
      "The names that a model can be asked by"
    )
  )
  .add(
    HttpApiEndpoint.get("readModel", "/v1/models/:id", {
      params: { id: Schema.String },
      success: Model,
      error: failures
    }).annotate(OpenApi.Summary, "One model; slashes in its name may stand as they are")
  )
  .add(
    HttpApiEndpoint.get("readModelOfProvider", "/v1/models/:provider/:model/*", {
      success: Model,
      error: failures
    }).annotate(OpenApi.Exclude, true)
  )
  .annotate(RequiredScope, "chat")
  .annotate(BodyBound, conversationBody)
  .annotateMerge(
    OpenApi.annotations({
      title: "Chat",
      description:
        "Conversations, in the form that clients of OpenAI speak: thought through, or passed on to one model."
    })
  )

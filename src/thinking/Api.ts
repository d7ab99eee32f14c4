import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { OpenToLocal, RequiredScope } from "../platform/Access.ts"
import { BodyBound, conversationBody } from "../platform/bounds/BodyBounds.ts"
import {
  ConflictProblem,
  InvalidProblem,
  NotFoundProblem,
  TooManyRequestsProblem,
  UnavailableProblem
} from "../platform/Problems.ts"
import { ChatBody } from "./runs/ChatBody.ts"
import { RunStatus } from "./runs/RunRow.ts"
import { RunAccepted, RunPage, RunReply } from "./runs/RunViews.ts"
import { LoggedEvent } from "./ThoughtEvent.ts"

const params = { id: Schema.String }
const WholeNumber = Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))
const Limit = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 200 }))

/** Whose account a run is not, for them it does not exist. On this machine runs by id need no key, for no id can be guessed; the list does. */
export const RunsApi = HttpApiGroup.make("runs")
  .add(
    HttpApiEndpoint.post("submitRun", "/v1/runs", {
      payload: ChatBody,
      success: RunAccepted.pipe(HttpApiSchema.status(202)),
      error: [NotFoundProblem, InvalidProblem, TooManyRequestsProblem, UnavailableProblem]
    })
      .annotate(OpenApi.Summary, "Think a question through in the background")
      .annotate(
        OpenApi.Description,
        "The body is that of a chat completion. The run goes on when nobody listens, and after a restart."
      )
  )
  .add(
    HttpApiEndpoint.get("listRuns", "/v1/runs", {
      query: {
        limit: Schema.optionalKey(Limit),
        before: Schema.optionalKey(Schema.String),
        status: Schema.optionalKey(RunStatus)
      },
      success: RunPage
    })
      // Pages of other sites may be let in to ask (CORS); they are not to be shown what others asked.
      .annotate(OpenToLocal, false)
      .annotate(OpenApi.Summary, "The runs of the caller's account, of all for who manages; the newest first")
  )
  .add(
    HttpApiEndpoint.get("readRun", "/v1/runs/:id", { params, success: RunReply, error: NotFoundProblem }).annotate(
      OpenApi.Summary,
      "What a run has come to so far"
    )
  )
  .add(
    HttpApiEndpoint.get("followRun", "/v1/runs/:id/events", {
      params,
      query: {
        after: Schema.optionalKey(WholeNumber).annotate({
          description: "Only events after this number; the header Last-Event-ID says the same and goes before it."
        })
      },
      headers: { "last-event-id": Schema.optionalKey(WholeNumber) },
      success: HttpApiSchema.StreamSse({ data: LoggedEvent }),
      error: NotFoundProblem
    })
      .annotate(OpenApi.Summary, "The events of a run, those so far and those to come, until it has ended")
      .annotate(OpenApi.Description, "Where it has ended and nothing comes after that number, the reply is a 204.")
      .annotate(OpenApi.Transform, (operation) => ({
        ...operation,
        responses: { ...operation["responses"], 204: { description: "There is nothing more to come." } }
      }))
  )
  .add(
    HttpApiEndpoint.delete("cancelRun", "/v1/runs/:id", {
      params,
      success: RunReply,
      error: [NotFoundProblem, ConflictProblem]
    }).annotate(OpenApi.Summary, "End a run in the background with all its model calls")
  )
  .annotate(RequiredScope, "chat")
  // Parsed and decoded in one stretch, and without tools.
  .annotate(BodyBound, { ...conversationBody, values: 50_000, keys: 12_000 })
  .annotateMerge(
    OpenApi.annotations({
      title: "Runs",
      description: "Questions that are thought through: what is thought, what it costs and what it comes to."
    })
  )

import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { RequiredScope } from "../../platform/Access.ts"
import {
  NotFoundProblem,
  PaymentRequiredProblem,
  UnavailableProblem,
  UpstreamProblem,
  UpstreamTimeoutProblem
} from "../../platform/Problems.ts"

export const PredictRequest = Schema.Struct({
  text: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(10_000)),
  model_name: Schema.optionalKey(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(320))).annotate({
    description: '"default" (which is also what applies without it), "<provider>" or "<provider>/<model>".'
  }),
  temperature: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 2 }))),
  max_tokens: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2000 })))
}).annotate({ identifier: "PredictRequest" })

export const PredictReply = Schema.Struct({
  success: Schema.Literal(true),
  data: Schema.Struct({
    result: Schema.String,
    tokens_used: Schema.Finite,
    model: Schema.String.annotate({ description: "<provider>/<model>: who gave the answer." }),
    estimated: Schema.Boolean.annotate({ description: "Whether the tokens are an estimate: the platform told none." }),
    cost: Schema.NullOr(Schema.Finite).annotate({
      description: "In micro-USD, all attempts together; null where no price is known."
    }),
    attempts: Schema.Finite,
    call_id: Schema.NullOr(Schema.String)
  }),
  message: Schema.String,
  request_id: Schema.String,
  timestamp: Schema.String
}).annotate({ identifier: "PredictReply" })

export const PredictApi = HttpApiGroup.make("predict")
  .add(
    HttpApiEndpoint.post("predict", "/api/v1/predict", {
      payload: PredictRequest,
      success: PredictReply,
      error: [NotFoundProblem, PaymentRequiredProblem, UnavailableProblem, UpstreamProblem, UpstreamTimeoutProblem]
    }).annotate(OpenApi.Summary, "One plain model call")
  )
  .annotate(RequiredScope, "chat")
  .annotateMerge(OpenApi.annotations({ title: "Predict", description: "A text in, a text out." }))

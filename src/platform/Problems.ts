// Errors that handlers answer with, as RFC 9457 problems; what goes wrong before a handler is in `Problem.ts`.
import { Schema } from "effect"
import { ProblemDetails } from "effect/http"
import { HttpApiError } from "effect/http-api"

const type = ProblemDetails.blankType
const fields = { detail: Schema.String, request_id: Schema.String }

/** Whoever asks may not do this. */
export class ForbiddenProblem extends HttpApiError.Problem<ForbiddenProblem>()(
  "ForbiddenProblem",
  { type, status: 403, title: "Forbidden" },
  fields
) {}

/** The caller's account cannot pay for it. */
export class PaymentRequiredProblem extends HttpApiError.Problem<PaymentRequiredProblem>()(
  "PaymentRequiredProblem",
  { type, status: 402, title: "Payment Required" },
  fields
) {}

/** There is no such thing. */
export class NotFoundProblem extends HttpApiError.Problem<NotFoundProblem>()(
  "NotFoundProblem",
  { type, status: 404, title: "Not Found" },
  fields
) {}

/** It does not go with how things stand. */
export class ConflictProblem extends HttpApiError.Problem<ConflictProblem>()(
  "ConflictProblem",
  { type, status: 409, title: "Conflict" },
  fields
) {}

/** What was sent cannot be used; each error says where, and what would do. */
export class InvalidProblem extends HttpApiError.Problem<InvalidProblem>()(
  "InvalidProblem",
  { type, status: 422, title: "Unprocessable Content" },
  { ...fields, errors: Schema.Array(Schema.Struct({ path: Schema.String, message: Schema.String })) }
) {}

/** A platform did not give what was asked of it; `reason` is one of the names in the documentation of providers. */
export class UpstreamProblem extends HttpApiError.Problem<UpstreamProblem>()(
  "UpstreamProblem",
  { type, status: 502, title: "Bad Gateway" },
  { ...fields, provider: Schema.String, model: Schema.String, reason: Schema.String, retryable: Schema.Boolean }
) {}

/** A platform took too long. */
export class UpstreamTimeoutProblem extends HttpApiError.Problem<UpstreamTimeoutProblem>()(
  "UpstreamTimeoutProblem",
  { type, status: 504, title: "Gateway Timeout" },
  { ...fields, provider: Schema.String, model: Schema.String, reason: Schema.String, retryable: Schema.Boolean }
) {}

/** It cannot be done at the moment. */
export class UnavailableProblem extends HttpApiError.Problem<UnavailableProblem>()(
  "UnavailableProblem",
  { type, status: 503, title: "Service Unavailable" },
  fields
) {}

/** Nobody was named who may do this. */
export class UnauthorizedProblem extends HttpApiError.Problem<UnauthorizedProblem>()(
  "UnauthorizedProblem",
  { type, status: 401, title: "Unauthorized" },
  fields
) {}

/** More was asked than is allowed in a time; the header `Retry-After` says when to try again. */
export class TooManyRequestsProblem extends HttpApiError.Problem<TooManyRequestsProblem>()(
  "TooManyRequestsProblem",
  { type, status: 429, title: "Too Many Requests" },
  fields
) {}

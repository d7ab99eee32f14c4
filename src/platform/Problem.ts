import { type Cause, SchemaIssue } from "effect"
import { HttpServerError, type HttpServerResponse, ProblemDetails } from "effect/http"
import { HttpApiError } from "effect/http-api"
import type { AddressFault } from "./bounds/addressBounds.ts"
import { refusedBody } from "./bounds/BodyRefused.ts"
import { troubleIn } from "./DatabaseTrouble.ts"
import { anthropicErrorResponse, errorFormOf, openAiErrorResponse } from "./ErrorForm.ts"

/** What the body of an error says (RFC 9457): never a stack, a query or any other inside. */
interface Problem {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly errors?: ReadonlyArray<{ readonly path: string; readonly message: string }>
}

/** The reply that stands for an error at an address: a problem with the request's id, or the form that clients look for there. */
export const problemResponse = (
  problem: Problem,
  requestId: string,
  url = ""
): HttpServerResponse.HttpServerResponse => {
  switch (errorFormOf(url)) {
    case "openai":
      return openAiErrorResponse(asError(problem))
    case "anthropic":
      return anthropicErrorResponse(asError(problem), requestId)
    case "problem":
      return ProblemDetails.toResponse({ type: ProblemDetails.blankType, ...problem, request_id: requestId })
  }
}

/** Those clients know no 422: what cannot be used is a 400, which names the first thing that is wrong. */
const asError = ({ detail, errors = [], status }: Problem) => {
  const [first] = errors
  return {
    status: status === 422 ? 400 : status,
    message: first === undefined ? detail : `${detail} ${first.path}: ${first.message}.`,
    param: first?.path ?? null
  }
}

const notFound = { status: 404, title: "Not Found", detail: "There is nothing at this address. See /docs." }
const unexpected = {
  status: 500,
  title: "Internal Server Error",
  detail: "Something went wrong here. The log names it under this request_id."
}
const databaseTrouble = {
  status: 503,
  title: "Service Unavailable",
  detail: "The database cannot be used at the moment. Try again a little later; /health/ready says what is wrong."
}

/** The problem of a request that does not say which host it is for. */
export const twoHosts: Problem = {
  status: 400,
  title: "Bad Request",
  detail: "The request names more than one host."
}

/** The problem of a body of a type that the address does not take. */
export const unsupportedMediaType: Problem = {
  status: 415,
  title: "Unsupported Media Type",
  detail: "The content-type of the request is none that this address takes."
}

const badRequest = { status: 400, title: "Bad Request", detail: "The request could not be read." }

/** The problem that a failed request stands for, and whether it is one of ours that the log must show. */
export const problemOf = (cause: Cause.Cause<unknown>): { readonly problem: Problem; readonly isDefect: boolean } => {
  if (troubleIn(cause) !== undefined) return { problem: databaseTrouble, isDefect: false }
  for (const reason of cause.reasons) {
    const error = reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined
    if (HttpApiError.HttpApiSchemaError.is(error) && error.kind !== "Body" && error.kind !== "ResponseHeaders") {
      // What cannot be an id is the id of nothing.
      return { problem: error.kind === "Params" ? noSuchThing : invalid(error), isDefect: false }
    }
    if (error instanceof HttpServerError.HttpServerError) {
      switch (error.reason._tag) {
        case "RouteNotFound":
          return { problem: notFound, isDefect: false }
        case "RequestParseError":
          return { problem: unreadable(error), isDefect: false }
      }
    }
  }
  return { problem: unexpected, isDefect: true }
}

/** The problem of a body that holds more than its route takes, that is no text, or that did not come whole. */
const unreadable = (error: HttpServerError.HttpServerError): Problem => {
  const refused = refusedBody(error)
  if (refused === undefined) return badRequest
  return refused.why === "size" || refused.why === "values"
    ? { status: 413, title: "Content Too Large", detail: refused.message }
    : { ...badRequest, detail: refused.message }
}

/** The problem of an address that is not taken apart. */
export const addressProblem = (fault: AddressFault): Problem =>
  fault === "length"
    ? { status: 414, title: "URI Too Long", detail: "The address of the request is longer than allowed." }
    : { ...badRequest, detail: "The query of the request has more parameters than allowed." }

const noSuchThing: Problem = { status: 404, title: "Not Found", detail: "There is nothing of that id." }

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const invalid = (error: HttpApiError.HttpApiSchemaError): Problem => ({
  status: 422,
  title: "Unprocessable Content",
  detail: `The ${error.kind.toLowerCase()} of the request ${error.kind === "Headers" ? "do" : "does"} not have the form this route takes.`,
  errors: formatIssue(error.cause.issue).issues.map(({ message, path }) => ({
    path: (path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment)).join("."),
    message
  }))
})

/** The problem of a method that the address does not take. */
export const methodNotAllowed = (allowed: ReadonlyArray<string>): Problem => ({
  status: 405,
  title: "Method Not Allowed",
  detail: `This address takes ${allowed.join(", ")}.`
})

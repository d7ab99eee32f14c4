// The forms of errors, as clients of each family of routes read them; written down here anew, so that it is a second opinion.
import { Result, Schema, SchemaIssue, SchemaParser } from "effect"
import type { Reply } from "./Reply.ts"

const Problem = Schema.Struct({
  type: Schema.String,
  title: Schema.NonEmptyString,
  status: Schema.Int,
  detail: Schema.NonEmptyString,
  request_id: Schema.NonEmptyString
})

const OpenAiError = Schema.Struct({
  error: Schema.Struct({
    message: Schema.NonEmptyString,
    type: Schema.NonEmptyString,
    param: Schema.NullOr(Schema.String),
    code: Schema.NullOr(Schema.String)
  })
})

const AnthropicError = Schema.Struct({
  type: Schema.Literal("error"),
  error: Schema.Struct({ type: Schema.NonEmptyString, message: Schema.NonEmptyString }),
  request_id: Schema.NonEmptyString
})

const OAuthError = Schema.Struct({ error: Schema.NonEmptyString, error_description: Schema.NonEmptyString })

const problem = SchemaParser.decodeUnknownResult(Problem)
const openai = SchemaParser.decodeUnknownResult(OpenAiError)
const anthropic = SchemaParser.decodeUnknownResult(AnthropicError)
const oauth = SchemaParser.decodeUnknownResult(OAuthError)

type Form = (typeof allForms)[number]

/** What all forms have to say, as far as each says it. */
interface Said {
  readonly status?: number
  readonly request_id?: string
}

const read = (form: Form, json: unknown): Result.Result<Said, SchemaIssue.Issue> => {
  switch (form) {
    case "problem":
      return problem(json)
    case "openai":
      return Result.map(openai(json), () => ({}))
    case "anthropic":
      return Result.map(anthropic(json), ({ request_id }) => ({ request_id }))
    case "oauth":
      return Result.map(oauth(json), () => ({}))
  }
}

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * What is wrong with the form of an error at a path; undefined where nothing is. Where the path is an odd one, which leads
 * nowhere or by a detour to a route, any form will do.
 */
export const wrongInError = (path: string, isOdd: boolean, reply: Reply, json: unknown): string | undefined => {
  const forms = isOdd ? allForms : formsAt(path)
  const wrongs = forms.map((form) => wrongInForm(form, reply, json))
  return wrongs.includes(undefined) ? undefined : wrongs[0]
}

const allForms = ["problem", "openai", "anthropic", "oauth"] as const

const wrongInForm = (form: Form, reply: Reply, json: unknown): string | undefined => {
  const type = reply.headers.get("content-type") ?? ""
  const wanted = form === "problem" ? "application/problem+json" : "application/json"
  if (!type.startsWith(wanted)) return `an error ${reply.status} of type "${type}", not ${wanted}`
  const said = read(form, json)
  if (Result.isFailure(said)) {
    return `an error ${reply.status} that is not in the form ${form}: ${issuesOf(said.failure).issues[0]?.message ?? ""}`
  }
  const { request_id, status = reply.status } = said.success
  if (status !== reply.status) return `a problem of status ${status} in a reply of status ${reply.status}`
  return request_id === undefined || request_id === reply.headers.get("x-request-id")
    ? undefined
    : "an error with another request's id"
}

// What stands before the handlers of a token endpoint has no other form than that of all addresses.
const formsAt = (path: string): ReadonlyArray<Form> => {
  if (/^\/v1\/(?:chat|models|responses|embeddings)(?:\/|$)/.test(path)) return ["openai"]
  if (path.startsWith("/api/v1/auth/")) return ["oauth", "problem"]
  return /^\/v1\/messages(?:\/|$)/.test(path) ? ["anthropic"] : ["problem"]
}

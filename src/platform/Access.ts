// Who may use which route. Contracts say it by annotations; a route that says nothing takes the scope admin.
import { Context, Schema } from "effect"
import { type HttpApiEndpoint, type HttpApiGroup, HttpApiMiddleware, HttpApiSchema } from "effect/http-api"
import { anthropicError } from "./AnthropicErrorReply.ts"
import type { Scope } from "./Caller.ts"
import { openAiError } from "./OpenAiErrorReply.ts"
import { ForbiddenProblem, TooManyRequestsProblem, UnauthorizedProblem, UnavailableProblem } from "./Problems.ts"

/** What a route asks of its callers: a scope, any good credential, or nothing. */
export type Need = Scope | "any" | "public"

/** Annotation of an endpoint or a group, the endpoint's going first. */
export const RequiredScope = Context.Reference<Need>("siku/platform/RequiredScope", { defaultValue: () => "admin" })

/**
 * Whether a caller on this machine needs no credential, where the setting `security.authentication` leaves it free. Unless it is said here,
 * that is so of the routes that take `ask` or `chat`. Annotation of an endpoint or a group.
 */
export const OpenToLocal = Context.Reference<boolean | undefined>("siku/platform/OpenToLocal", {
  defaultValue: () => undefined
})

/** Whether requests are counted against limits; those of probes are not. Annotation of an endpoint or a group. */
export const IsLimited = Context.Reference<boolean>("siku/platform/IsLimited", { defaultValue: () => true })

/**
 * Whether a route reads a body whatever its content type says it is. The others take what their contract declares: a web page may send
 * texts and forms anywhere without asking, and JSON only where it is let. Annotation of an endpoint or a group.
 */
export const TakesAnyBody = Context.Reference<boolean>("siku/platform/TakesAnyBody", { defaultValue: () => false })

export interface AccessRule {
  readonly needs: Need
  readonly isOpenToLocal: boolean
  readonly isLimited: boolean
  /** The media types of the bodies that it takes; `any`, or `none` where it reads no body. */
  readonly bodies: ReadonlySet<string> | "any" | "none"
  /** The route as the API describes it: `GET /v1/runs/:id`. */
  readonly route: string
  readonly path: string
}

/** A route, as a middleware and a description are told of it. */
export interface Route {
  readonly endpoint: Pick<HttpApiEndpoint.Top, "annotations" | "method" | "path" | "payload">
  readonly group: Pick<HttpApiGroup.Top, "annotations">
}

export const accessRuleOf = ({ endpoint, group }: Route): AccessRule => {
  const annotations = Context.merge(group.annotations, endpoint.annotations)
  const needs = Context.get(annotations, RequiredScope)
  return {
    needs,
    isOpenToLocal: Context.get(annotations, OpenToLocal) ?? (needs === "ask" || needs === "chat"),
    isLimited: Context.get(annotations, IsLimited),
    bodies: Context.get(annotations, TakesAnyBody)
      ? "any"
      : endpoint.payload.size === 0
        ? "none"
        : new Set(endpoint.payload.keys()),
    route: `${endpoint.method} ${endpoint.path}`,
    path: endpoint.path
  }
}

// A 401 has to name the scheme that would do (RFC 9110, 15.5.2).
const Challenge = UnauthorizedProblem.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: UnauthorizedProblem, headers: { "www-authenticate": Schema.String } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "www-authenticate": "Bearer" } })
    }
  )
)

/** Lets through who may use a route; refuses others with problems. */
export class Access extends HttpApiMiddleware.Service<Access>()("siku/platform/Access", {
  error: [Challenge, ForbiddenProblem, TooManyRequestsProblem, UnavailableProblem]
}) {}

/** The same for clients of OpenAI's API, in its form. */
export class OpenAiAccess extends HttpApiMiddleware.Service<OpenAiAccess>()("siku/platform/OpenAiAccess", {
  error: [401, 403, 429, 503].map(openAiError)
}) {}

/** The same for clients of Anthropic's API, in its form. */
export class AnthropicAccess extends HttpApiMiddleware.Service<AnthropicAccess>()("siku/platform/AnthropicAccess", {
  error: [401, 403, 429, 503].map(anthropicError)
}) {}

/** Lets everybody through who stays within the limits; nobody is asked who they are. */
export class PublicAccess extends HttpApiMiddleware.Service<PublicAccess>()("siku/platform/PublicAccess", {
  error: TooManyRequestsProblem
}) {}

/** Access for quiz clients: every refusal is an answer under HTTP 200 that says why there is none. */
export class OcsAccess extends HttpApiMiddleware.Service<OcsAccess>()("siku/platform/OcsAccess") {}

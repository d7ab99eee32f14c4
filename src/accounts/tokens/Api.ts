import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { RequiredScope, TakesAnyBody } from "../../platform/Access.ts"
import { BodyBound } from "../../platform/bounds/BodyBounds.ts"
import { RevokeRequest, TokenRequest } from "./requests.ts"
import { Refusal } from "./errors.ts"

/** What is given; `expires_in` is in seconds. */
const TokenReply = Schema.Struct({
  access_token: Schema.String,
  token_type: Schema.Literal("Bearer"),
  expires_in: Schema.Int.annotate({ description: "In seconds." }),
  refresh_token: Schema.optionalKey(
    Schema.String.annotate({ description: "For the grant refresh_token; good for one use, which gives the next." })
  ),
  scope: Schema.String.annotate({ description: "What the token is good for, separated by blanks." })
}).annotate({ identifier: "TokenReply" })
export type TokenReply = typeof TokenReply.Type

/** An error in OAuth's form (RFC 6749, 5.2). */
const OAuthErrorReply = Schema.Struct({
  error: Schema.Union([Refusal, Schema.Literals(["slow_down", "temporarily_unavailable"])]),
  error_description: Schema.String
}).annotate({ identifier: "OAuthErrorReply" })
export type OAuthErrorReply = typeof OAuthErrorReply.Type

const failures = ([400, 401, 429, 503] as const).map((status) => OAuthErrorReply.pipe(HttpApiSchema.status(status)))

const Jwks = Schema.Struct({
  keys: Schema.Array(
    Schema.Struct({
      kty: Schema.Literal("OKP"),
      crv: Schema.Literal("Ed25519"),
      x: Schema.String,
      kid: Schema.String,
      alg: Schema.Literal("EdDSA"),
      use: Schema.Literal("sig")
    })
  )
}).annotate({ identifier: "Jwks" })
export type Jwks = typeof Jwks.Type

const path = "/api/v1/auth"

/** Logging in and out: open to everybody. */
export const AuthApi = HttpApiGroup.make("auth")
  .add(
    HttpApiEndpoint.post("token", `${path}/token`, {
      payload: [TokenRequest.pipe(HttpApiSchema.asFormUrlEncoded()), TokenRequest],
      success: TokenReply,
      error: failures
    })
      .annotate(OpenApi.Summary, "An access token for a password, a refresh token or an API key")
      .annotate(
        OpenApi.Description,
        "The token endpoint of OAuth 2.0. A refresh token that is used twice ends its login. After ten wrong passwords for an e-mail address within 15 minutes: 429 with Retry-After."
      )
  )
  .add(
    HttpApiEndpoint.post("revoke", `${path}/revoke`, {
      payload: [RevokeRequest.pipe(HttpApiSchema.asFormUrlEncoded()), RevokeRequest],
      success: Schema.Record(Schema.String, Schema.String).annotate({ description: "Empty." }),
      error: failures
    })
      .annotate(OpenApi.Summary, "Take back an access token, or with a refresh token a whole login")
      .annotate(OpenApi.Description, "RFC 7009: 200 also for what is no token.")
  )
  .add(
    HttpApiEndpoint.get("jwks", `${path}/jwks`, { success: Jwks, error: failures }).annotate(
      OpenApi.Summary,
      "The public keys by which access tokens can be verified"
    )
  )
  .annotate(RequiredScope, "public")
  // Of other types they say in OAuth's form that they do not take them.
  .annotate(TakesAnyBody, true)
  // Nothing that is sent here is long, and anybody may send it.
  .annotate(BodyBound, { bytes: 16 * 1024, depth: 4, values: 100, keys: 100 })
  .annotateMerge(
    OpenApi.annotations({
      title: "Auth",
      description: "Logging in: access tokens (JWT) and refresh tokens, by OAuth 2.0."
    })
  )

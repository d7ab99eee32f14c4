import { Effect, Redacted } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { Admission, type TooManyRequests } from "../../platform/Admission.ts"
import type { Jwks, OAuthErrorReply, TokenReply } from "./Api.ts"
import { GrantRefused } from "./errors.ts"
import { type Given, Grants } from "./Grants.ts"
import { basicCredentials, readRequest } from "./readRequest.ts"
import { RevokeRequest, TokenRequest } from "./requests.ts"
import { SigningKeys } from "./SigningKeys.ts"

type Request = HttpServerRequest.HttpServerRequest

const retryAfterOutage = 5

export const layer = HttpApiBuilder.group(
  Api,
  "auth",
  Effect.fnUntraced(function* (handlers) {
    const grants = yield* Grants
    const keys = yield* SigningKeys
    const admission = yield* Admission
    const readToken = readRequest(TokenRequest)
    const readRevoke = readRequest(RevokeRequest)

    const grant = Effect.fnUntraced(function* (request: Request, address: string) {
      const body = yield* readToken(request)
      switch (body.grant_type) {
        case "password":
          return yield* grants.password({
            email: yield* needed("username", body.username),
            address,
            password: Redacted.make(yield* needed("password", body.password)),
            scope: body.scope,
            account: body.account
          })
        case "refresh_token":
          return yield* grants.refresh(Redacted.make(yield* needed("refresh_token", body.refresh_token)), body.scope)
        case "client_credentials": {
          const { id, secret } = yield* clientOf(request, body)
          return yield* grants.clientCredentials(id, secret, body.scope)
        }
        default:
          return yield* new GrantRefused({
            error: "unsupported_grant_type",
            detail: "grant_type is password, refresh_token or client_credentials."
          })
      }
    })

    const token = Effect.fn("Auth.token")(function* (request: Request) {
      const { address } = admission.originOf(request)
      // Only what is wrong is held back: keys and refresh tokens cannot be guessed, and passwords are counted apart.
      return yield* Effect.tapErrorTag(grant(request, address), "GrantRefused", ({ error }) =>
        error === "invalid_grant" || error === "invalid_client"
          ? Effect.andThen(admission.mayIdentify(address), admission.wrongCredential(address, error))
          : Effect.void
      )
    })

    return handlers
      .handleRaw("token", ({ request }) => answered(Effect.map(token(request), given)))
      .handleRaw("revoke", ({ request }) =>
        answered(
          readRevoke(request).pipe(
            Effect.flatMap((body) => grants.revoke(Redacted.make(body.token))),
            Effect.as(HttpServerResponse.jsonUnsafe({}, { headers: notStored }))
          )
        )
      )
      .handleRaw("jwks", () =>
        answered(
          Effect.map(keys.all, (all) => {
            const body: Jwks = {
              keys: all.map(({ id, publicJwk }) => ({ ...publicJwk, kid: id, alg: "EdDSA", use: "sig" }))
            }
            return HttpServerResponse.jsonUnsafe(body, { headers: { "cache-control": "public, max-age=300" } })
          })
        )
      )
  })
)

/** Its failures in OAuth's form, and no more of the body read than these routes take. */
const answered = <R>(
  effect: Effect.Effect<
    HttpServerResponse.HttpServerResponse,
    Effect.Error<ReturnType<Grants["Service"]["password"]>> | TooManyRequests,
    R
  >
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  effect.pipe(
    Effect.catchTags({
      GrantRefused: ({ detail, error }) =>
        Effect.succeed(
          failed(
            error === "invalid_client" ? 401 : 400,
            { error, error_description: detail },
            error === "invalid_client" ? { "www-authenticate": 'Basic realm="siku"' } : {}
          )
        ),
      SlowDown: ({ retryAfter }) => Effect.succeed(slowDown("Too many wrong passwords.", retryAfter)),
      TooManyRequests: ({ retryAfter }) => Effect.succeed(slowDown("Too many wrong credentials.", retryAfter)),
      IdentityUnavailable: () =>
        Effect.succeed(
          failed(
            503,
            { error: "temporarily_unavailable", error_description: "Nobody can be identified at the moment." },
            { "retry-after": String(retryAfterOutage) }
          )
        )
    })
  )

const notStored = { "cache-control": "no-store", pragma: "no-cache" }

const given = ({ expiresIn, refreshToken, scope, token }: Given) => {
  const body: TokenReply = {
    access_token: token,
    token_type: "Bearer",
    expires_in: expiresIn,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope
  }
  return HttpServerResponse.jsonUnsafe(body, { headers: notStored })
}

const failed = (status: number, body: OAuthErrorReply, headers: Readonly<Record<string, string>>) =>
  HttpServerResponse.jsonUnsafe(body, { status, headers: { ...notStored, ...headers } })

const slowDown = (what: string, retryAfter: number) =>
  failed(
    429,
    { error: "slow_down", error_description: `${what} Try again in ${retryAfter} seconds.` },
    { "retry-after": String(retryAfter) }
  )

const needed = (name: string, value: string | undefined) =>
  value === undefined
    ? Effect.fail(new GrantRefused({ error: "invalid_request", detail: `${name} is missing.` }))
    : Effect.succeed(value)

/** Who the client says it is: in the header or in the body, not in both (RFC 6749, 2.3). */
const clientOf = Effect.fnUntraced(function* (request: Request, body: TokenRequest) {
  const basic = basicCredentials(request)
  if (basic === undefined) {
    return {
      id: yield* needed("client_id", body.client_id),
      secret: Redacted.make(yield* needed("client_secret", body.client_secret))
    }
  }
  if (body.client_secret !== undefined) {
    return yield* new GrantRefused({
      error: "invalid_request",
      detail: "The client's credentials are in the header and in the body: one of them has to go."
    })
  }
  return basic
})

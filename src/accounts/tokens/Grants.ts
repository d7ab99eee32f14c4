import { Context, Effect, Layer, Redacted, Schema } from "effect"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import type { AccountId } from "../AccountId.ts"
import { ApiKeyId } from "../ApiKeyId.ts"
import { ApiKeys } from "../ApiKeys.ts"
import { type IdentityUnavailable, Users } from "../Users.ts"
import { issuerOf, scopesIn, SessionId } from "./AccessClaims.ts"
import { LoginAttempts, type SlowDown } from "../users/LoginAttempts.ts"
import { GrantRefused } from "./errors.ts"
import { grantedScopes } from "./grantedScopes.ts"
import { type Issued, makeIssue } from "./issue.ts"
import { refreshPrefix, RefreshTokens } from "./RefreshTokens.ts"
import { RevokedTokens } from "./RevokedTokens.ts"
import { SigningKeys } from "./SigningKeys.ts"
import { scopesOf } from "./userScopes.ts"
import { endOf, makeVerify } from "./verify.ts"

/** What is given: an access token, and for a login the refresh token that continues it. */
export interface Given extends Issued {
  readonly refreshToken?: string
}

type Failure = GrantRefused | IdentityUnavailable

/** Gives tokens (OAuth 2.0, RFC 6749) and takes them back (RFC 7009). `scope` is a text of scopes, or undefined for all that can be had. */
export class Grants extends Context.Service<
  Grants,
  {
    /** Logs a user in, for one of its accounts; `SlowDown` where too many passwords were wrong (`LoginAttempts`). */
    readonly password: (login: {
      readonly email: string
      /** Of the network: where it comes from. */
      readonly address: string
      readonly password: Redacted.Redacted
      readonly scope: string | undefined
      readonly account: string | undefined
    }) => Effect.Effect<Given, Failure | SlowDown>
    /** Continues a login; the refresh token is used up. */
    readonly refresh: (token: Redacted.Redacted, scope: string | undefined) => Effect.Effect<Given, Failure>
    /** A token for the holder of an API key, to be used in its place; there is no refresh token. */
    readonly clientCredentials: (
      id: string,
      key: Redacted.Redacted,
      scope: string | undefined
    ) => Effect.Effect<Given, Failure>
    /** An access token does not count any more; with a refresh token, nothing of its login. Others leave no trace. */
    readonly revoke: (token: Redacted.Redacted) => Effect.Effect<void, IdentityUnavailable>
  }
>()("siku/accounts/tokens/Grants") {
  static readonly layer: Layer.Layer<
    Grants,
    never,
    AppConfig | ApiKeys | LoginAttempts | RefreshTokens | RevokedTokens | SigningKeys | Users
  > = Layer.effect(
    Grants,
    Effect.suspend(() => make)
  )
}

const isKeyId = Schema.is(ApiKeyId)

const make = Effect.gen(function* () {
  const { security, server } = yield* AppConfig
  const users = yield* Users
  const apiKeys = yield* ApiKeys
  const keys = yield* SigningKeys
  const refreshTokens = yield* RefreshTokens
  const revoked = yield* RevokedTokens
  const issuer = issuerOf(server.publicUrl)
  const issue = makeIssue(keys, issuer, security.accessTokenTtl)
  const verify = makeVerify(keys, issuer)
  const { attempt } = yield* LoginAttempts

  const password: Grants["Service"]["password"] = Effect.fn("Grants.password")(function* (login) {
    const user = yield* attempt(
      login,
      users.login(login.email, login.password),
      ({ _tag }) => _tag === "WrongLogin"
    ).pipe(Effect.catchTag("WrongLogin", () => Effect.fail(wrongLogin)))
    const scopes = yield* grantedScopes(login.scope, scopesOf(user))
    const found = yield* users.find(user.id)
    const account = yield* accountNamed(login.account, found?.accounts ?? [], user.admin)
    const family = SessionId.make(`ses_${sortableUuid()}`)
    const issued = yield* issue({ user: user.id, session: family, account }, scopes)
    const refreshToken = yield* refreshTokens.start({
      family,
      user_id: user.id,
      account_id: account,
      scopes: issued.scope
    })
    return { ...issued, refreshToken }
  })

  const refresh: Grants["Service"]["refresh"] = Effect.fn("Grants.refresh")(function* (token, scope) {
    const text = Redacted.value(token)
    const refused = () => Effect.fail(badRefreshToken)
    const row = yield* Effect.catchTag(refreshTokens.look(text), "BadRefreshToken", refused)
    const found = yield* users.find(row.user_id)
    if (found === undefined || !found.user.active || row.created_at < found.tokensAfter) {
      yield* refreshTokens.revoke(row.family)
      return yield* badRefreshToken
    }
    const may = scopesOf(found.user)
    const scopes = yield* grantedScopes(scope, new Set(scopesIn(row.scopes).filter((word) => may.has(word))))
    // Made first: what fails here leaves the refresh token as it is.
    const issued = yield* issue({ user: row.user_id, session: row.family, account: row.account_id }, scopes)
    const refreshToken = yield* Effect.catchTag(refreshTokens.use(text), "BadRefreshToken", refused)
    return { ...issued, refreshToken }
  })

  const clientCredentials: Grants["Service"]["clientCredentials"] = Effect.fn("Grants.clientCredentials")(
    function* (id, key, scope) {
      const caller = yield* Effect.catchTag(apiKeys.identify(Redacted.value(key)), "BadCredential", () =>
        Effect.fail(wrongClient)
      )
      if (!isKeyId(id) || caller.keyId !== id) return yield* wrongClient
      return yield* issue({ key: id }, yield* grantedScopes(scope, caller.scopes))
    }
  )

  const revoke = Effect.fn("Grants.revoke")(function* (token: Redacted.Redacted) {
    const text = Redacted.value(token)
    if (text.startsWith(refreshPrefix)) {
      const family = yield* refreshTokens.familyOf(text)
      return family === undefined ? undefined : yield* refreshTokens.revoke(family)
    }
    const claims = yield* Effect.catchTag(verify(text), "BadCredential", () => Effect.succeed(undefined))
    if (claims !== undefined) yield* revoked.revoke(claims.jti, endOf(claims))
  })

  return Grants.of({ password, refresh, clientCredentials, revoke })
})

const wrongLogin = new GrantRefused({
  error: "invalid_grant",
  detail: "The e-mail address or the password is wrong, or the user is not active."
})
const badRefreshToken = new GrantRefused({
  error: "invalid_grant",
  detail: "The refresh token is not valid, or not any more. Log in again."
})
const wrongClient = new GrantRefused({
  error: "invalid_client",
  detail: "client_id has to be the id of an API key (key_…), and client_secret that key, which is still valid."
})

/** The account that is to be used: the one named, else the one joined first; none only for those who manage the house. */
const accountNamed = Effect.fnUntraced(function* (
  name: string | undefined,
  accounts: ReadonlyArray<AccountId>,
  isAdmin: boolean
) {
  const account = name === undefined ? accounts[0] : accounts.find((id) => id === name)
  if (account !== undefined) return account
  if (name === undefined && isAdmin) return null
  return yield* new GrantRefused({
    error: name === undefined ? "invalid_grant" : "invalid_request",
    detail: name === undefined ? "The user has no account." : "The user has no such account."
  })
})

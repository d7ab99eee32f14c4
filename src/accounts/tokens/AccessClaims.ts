// What an access token says (RFC 9068): whose it is, for what and how long. Times in it are whole seconds since 1970.
import { Duration, Schema } from "effect"
import { Scope } from "../../platform/Caller.ts"
import { AccountId } from "../AccountId.ts"
import { ApiKeyId } from "../ApiKeyId.ts"
import { UserId } from "../UserId.ts"
import { KeyId } from "./signingKeyRows.ts"

/** The longest that `security.access_token_ttl` may be. */
export const longestTokenLife = Duration.days(1)
/** How far apart clocks may be. */
export const clockTolerance = Duration.seconds(30)

export const audience = "siku"
export const tokenType = "at+jwt"
export const algorithm = "EdDSA"

/** `iss` of the tokens of a service whose address is, or is not, configured. */
export const issuerOf = (publicUrl: string | undefined): string => publicUrl?.replace(/\/+$/, "") ?? "siku"

/** `tok_` and a UUID of version 7. */
export const TokenId = Schema.String.check(Schema.isPattern(/^tok_[0-9a-f-]{36}$/)).pipe(Schema.brand("TokenId"))
export type TokenId = typeof TokenId.Type

/** What one login began: `ses_` and a UUID of version 7. All refresh tokens that follow from it have it as their family. */
export const SessionId = Schema.String.check(Schema.isPattern(/^ses_[0-9a-f-]{36}$/)).pipe(Schema.brand("SessionId"))
export type SessionId = typeof SessionId.Type

const isScope = Schema.is(Scope)

/** Scopes in one text, separated by one blank, each once: the form of OAuth. */
export const ScopeText = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const words = text.split(" ")
    return words.every(isScope) && new Set(words).size === words.length
  })
)

/** The scopes of such a text. */
export const scopesIn = (text: string): ReadonlyArray<Scope> => text.split(" ").filter(isScope)

const Header = Schema.Struct({
  alg: Schema.Literal(algorithm),
  typ: Schema.Literal(tokenType),
  kid: KeyId
})
/** Exactly these members: whatever else a header may say (`jku`, `jwk`, `x5u`, `crit` …) makes it no header of ours. */
export const AccessHeader = Schema.fromJsonString(Header)
export type AccessHeader = typeof Header.Type

const Seconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 40 }))

const common = {
  iss: Schema.String,
  aud: Schema.Literal(audience),
  jti: TokenId,
  iat: Seconds,
  nbf: Seconds,
  exp: Seconds,
  /** `iat` in milliseconds: a password that is changed in the same second must tell apart what came before. */
  iat_ms: Schema.Int,
  scope: ScopeText
}

const UserClaims = Schema.Struct({
  ...common,
  sub: UserId,
  client_id: Schema.Literal("siku"),
  sid: SessionId,
  account: Schema.NullOr(AccountId)
})

const KeyClaims = Schema.Struct({ ...common, sub: ApiKeyId, client_id: ApiKeyId }).check(
  Schema.makeFilter(({ client_id, sub }) => client_id === sub)
)

/** The claims of a token: of a user who has logged in (`sub` begins with `usr_`), or of an API key (`key_`). */
export const AccessClaims = Schema.Union([UserClaims, KeyClaims]).check(
  Schema.makeFilter(
    ({ exp, iat, iat_ms, nbf }) =>
      nbf === iat && Math.floor(iat_ms / 1000) === iat && exp > iat && exp - iat <= Duration.toSeconds(longestTokenLife)
  )
)
export type AccessClaims = typeof AccessClaims.Type
export type UserClaims = typeof UserClaims.Type
export type KeyClaims = typeof KeyClaims.Type

export const isUserClaims = (claims: AccessClaims): claims is UserClaims => "sid" in claims

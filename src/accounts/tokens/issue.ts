import { Clock, Duration, Effect } from "effect"
import { SignJWT } from "jose"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import type { Scope } from "../../platform/Caller.ts"
import type { AccountId } from "../AccountId.ts"
import type { ApiKeyId } from "../ApiKeyId.ts"
import type { UserId } from "../UserId.ts"
import { type AccessClaims, algorithm, audience, type SessionId, TokenId, tokenType } from "./AccessClaims.ts"
import type { SigningKeys } from "./SigningKeys.ts"

/** Whose token it is to be: of a user in one login, or of an API key. */
export type Holder =
  | { readonly user: UserId; readonly session: SessionId; readonly account: AccountId | null }
  | { readonly key: ApiKeyId }

/** A token that was made, and for how many seconds it is good. */
export interface Issued {
  readonly token: string
  readonly expiresIn: number
  readonly scope: string
}

/** Makes access tokens that are good for `life`. */
export const makeIssue = (keys: SigningKeys["Service"], issuer: string, life: Duration.Duration) =>
  Effect.fnUntraced(function* (holder: Holder, scopes: ReadonlyArray<Scope>) {
    const key = yield* keys.current
    const now = yield* Clock.currentTimeMillis
    const iat = Math.floor(now / 1000)
    const expiresIn = Math.floor(Duration.toSeconds(life))
    const common = {
      iss: issuer,
      aud: audience,
      jti: TokenId.make(`tok_${sortableUuid()}`),
      iat,
      nbf: iat,
      exp: iat + expiresIn,
      iat_ms: now,
      scope: scopes.join(" ")
    } as const
    const claims: AccessClaims =
      "key" in holder
        ? { ...common, sub: holder.key, client_id: holder.key }
        : { ...common, sub: holder.user, client_id: "siku", sid: holder.session, account: holder.account }
    const token = yield* Effect.promise(() =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: algorithm, typ: tokenType, kid: key.id }).sign(key.sign)
    )
    return { token, expiresIn, scope: common.scope } satisfies Issued
  })

import { Effect } from "effect"
import type { Caller } from "../../platform/Caller.ts"
import { BadCredential } from "../ApiKeys.ts"
import type { Users } from "../Users.ts"
import { scopesIn, type UserClaims } from "./AccessClaims.ts"
import { scopesOf } from "./userScopes.ts"

/** Who a token of a user stands for: the user as it is now, with no more scopes than the token was made with. */
export const makeUserHolder = (users: Users["Service"]) =>
  Effect.fnUntraced(function* (claims: UserClaims) {
    const found = yield* users.find(claims.sub)
    if (found === undefined) return yield* new BadCredential({ why: "unknown" })
    if (!found.user.active) return yield* new BadCredential({ why: "inactive" })
    if (claims.iat_ms < found.tokensAfter) return yield* new BadCredential({ why: "revoked" })
    const accountId = found.accounts.find((id) => id === claims.account) ?? found.accounts[0] ?? null
    // Without an account it would be the house's that is spent and seen: that is for those who manage the house.
    if (accountId === null && !found.user.admin) return yield* new BadCredential({ why: "inactive" })
    const may = scopesOf(found.user)
    return {
      kind: "user",
      accountId,
      userId: found.user.id,
      keyId: null,
      scopes: new Set(scopesIn(claims.scope).filter((scope) => may.has(scope))),
      models: null,
      limits: {}
    } satisfies Caller
  })

import { Clock, Effect } from "effect"
import type { Caller } from "../../platform/Caller.ts"
import { BadCredential } from "../ApiKeys.ts"
import { knownKey } from "../keys/KnownKey.ts"
import { makeKeyRows } from "../keys/keyRows.ts"
import { type KeyClaims, scopesIn } from "./AccessClaims.ts"
import { orUnavailable } from "./databaseDown.ts"

/** Who a token of an API key stands for: the key as it is now, with no more scopes than it had when the token was made. */
export const makeKeyHolder = Effect.map(makeKeyRows, (rows) =>
  Effect.fnUntraced(function* (claims: KeyClaims) {
    const row = yield* orUnavailable(rows.known(claims.sub))
    if (row === undefined) return yield* new BadCredential({ why: "unknown" })
    const { caller, expiresAt, isInactive, isRevoked } = knownKey(row)
    if (isRevoked) return yield* new BadCredential({ why: "revoked" })
    if (expiresAt <= (yield* Clock.currentTimeMillis)) return yield* new BadCredential({ why: "expired" })
    if (isInactive) return yield* new BadCredential({ why: "inactive" })
    return {
      ...caller,
      scopes: new Set(scopesIn(claims.scope).filter((scope) => caller.scopes.has(scope)))
    } satisfies Caller
  })
)

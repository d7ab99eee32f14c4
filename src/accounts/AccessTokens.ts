import { Context, type Effect } from "effect"
import type { Caller } from "../platform/Caller.ts"
import type { BadCredential } from "./ApiKeys.ts"
import type { IdentityUnavailable } from "./Users.ts"

/** Tokens (JWT) by which people ask once they have logged in. */
export class AccessTokens extends Context.Service<
  AccessTokens,
  {
    /** Who holds this token; `BadCredential` for anything that is not exactly a token of this service, now. */
    readonly identify: (token: string) => Effect.Effect<Caller, BadCredential | IdentityUnavailable>
  }
>()("siku/accounts/AccessTokens") {}

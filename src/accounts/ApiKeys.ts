import { Context, type Effect, Schema } from "effect"
import type { Caller } from "../platform/Caller.ts"
import type { IdentityUnavailable } from "./Users.ts"

/** Why a credential is not good: for the reply, which says so plainly to whoever holds it. */
export class BadCredential extends Schema.TaggedError<BadCredential>()("BadCredential", {
  why: Schema.Literals(["unknown", "expired", "revoked", "inactive"])
}) {}

/** Keys by which programs ask: `sk-siku-…`, shown once, kept as a keyed hash. The management is in `KeyAdmin`. */
export class ApiKeys extends Context.Service<
  ApiKeys,
  {
    /**
     * Who holds this key. Compared in constant time; remembered for a few seconds, during which a revocation made by another process may not be
     * seen yet; known keys go on from memory while the database does not answer, unknown ones are `IdentityUnavailable`.
     */
    readonly identify: (key: string) => Effect.Effect<Caller, BadCredential | IdentityUnavailable>
  }
>()("siku/accounts/ApiKeys") {}

/** How every key begins. */
export const keyPrefix = "sk-siku-"

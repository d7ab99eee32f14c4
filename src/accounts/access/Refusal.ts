import { Schema } from "effect"
import type { TooManyRequests } from "../../platform/Admission.ts"
import { Scope } from "../../platform/Caller.ts"
import type { BadCredential } from "../ApiKeys.ts"
import type { IdentityUnavailable } from "../Users.ts"

/** Nobody was named, and the route is for somebody: with a scope, or `any`. */
export class NoCredential extends Schema.TaggedError<NoCredential>()("NoCredential", {
  needs: Schema.Union([Scope, Schema.Literal("any")])
}) {}

/** Who asks is known, and may not do this. */
export class MissingScope extends Schema.TaggedError<MissingScope>()("MissingScope", { scope: Scope }) {}

/** Why a request is not served. */
export type Refusal = NoCredential | MissingScope | BadCredential | IdentityUnavailable | TooManyRequests

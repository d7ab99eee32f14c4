import { Schema } from "effect"
import type { TooManyRequests } from "../../platform/Admission.ts"
import { Scope } from "../../platform/Caller.ts"
import type { BadCredential } from "../ApiKeys.ts"
import type { IdentityUnavailable } from "../Users.ts"

/** Nobody was named, and the route is for somebody: with a scope, or `any`. */
export class NoCredential extends Schema.TaggedError<NoCredential>()("NoCredential", {
  needs: Schema.Union([Scope, Schema.Literal("any")]),
  /** The route is open to programs of this machine, and this is none, for a web page asks: who has one open should know. */
  isForeignPage: Schema.Boolean
}) {}

/** Who asks is known, and may not do this. */
export class MissingScope extends Schema.TaggedError<MissingScope>()("MissingScope", { scope: Scope }) {}

/** Who asks may, and what was sent with it cannot be read. */
export class BodyRefused extends Schema.TaggedError<BodyRefused>()("BodyRefused", {
  why: Schema.Literals(["encoded", "other_type"]),
  /** The media types that would do. */
  takes: Schema.Array(Schema.String)
}) {}

/** Why a request is not served. */
export type Refusal = NoCredential | MissingScope | BadCredential | BodyRefused | IdentityUnavailable | TooManyRequests

import { Schema } from "effect"

const detail = { detail: Schema.String }
/** What a reply that says nothing took all the same, where the platform counted it. */
const counted = {
  usage: Schema.optional(
    Schema.Struct({
      promptTokens: Schema.Finite,
      completionTokens: Schema.Finite,
      cachedTokens: Schema.Finite,
      cacheWriteTokens: Schema.Finite,
      hourCacheWriteTokens: Schema.optionalKey(Schema.Finite),
      reasoningTokens: Schema.Finite,
      toldCost: Schema.optionalKey(Schema.Finite),
      estimated: Schema.Boolean
    })
  )
}

/** 429: too many requests. `retryAfterMillis` is what the platform asked for, if it did. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...detail,
  retryAfterMillis: Schema.optionalKey(Schema.Finite)
}) {}
/** The platform or the model is busy. */
export class Overloaded extends Schema.TaggedError<Overloaded>()("Overloaded", {
  ...detail,
  retryAfterMillis: Schema.optionalKey(Schema.Finite)
}) {}
/** The platform failed (5xx). */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  ...detail,
  retryAfterMillis: Schema.optionalKey(Schema.Finite)
}) {}
/** Nothing came in time: to connect, to the first byte, between two bytes, or in all. */
export class Timeout extends Schema.TaggedError<Timeout>()("Timeout", {
  ...detail,
  phase: Schema.Literals(["connect", "firstByte", "stall", "total"])
}) {}
/** The connection failed or broke. */
export class Network extends Schema.TaggedError<Network>()("Network", detail) {}
/** A reply that is none: broken JSON, an error under a 200, a cut body, an empty completion. */
export class Malformed extends Schema.TaggedError<Malformed>()("Malformed", { ...detail, ...counted }) {}
/** The key is wrong, revoked, or not allowed to do this. */
export class AuthFailed extends Schema.TaggedError<AuthFailed>()("AuthFailed", detail) {}
/** The account has no balance or no quota left. */
export class NoBalance extends Schema.TaggedError<NoBalance>()("NoBalance", detail) {}
/** The platform refuses the request as it is. */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", detail) {}
/** There is no such model, or not for this key. */
export class ModelNotFound extends Schema.TaggedError<ModelNotFound>()("ModelNotFound", detail) {}
/** The platform's content rules stopped the request or the reply. */
export class ContentFiltered extends Schema.TaggedError<ContentFiltered>()("ContentFiltered", {
  ...detail,
  ...counted
}) {}
/** The request is longer than the model's context. */
export class ContextTooLong extends Schema.TaggedError<ContextTooLong>()("ContextTooLong", detail) {}

/** The account here that asks cannot pay for it in advance: nothing was sent, and no other model is asked. */
export class NoCredit extends Schema.TaggedError<NoCredit>()("NoCredit", detail) {}
/** The account pays in advance, and what the model costs is not known. */
export class ModelNotPriced extends Schema.TaggedError<ModelNotPriced>()("ModelNotPriced", detail) {}
/** What the account has left cannot be found out at the moment. */
export class CreditUnavailable extends Schema.TaggedError<CreditUnavailable>()("CreditUnavailable", detail) {}

/** Worth another attempt at the same platform. */
export const RetryableReason = Schema.Union([RateLimited, Overloaded, Unavailable, Timeout, Network, Malformed])
/** Final for this platform; another one may still answer. */
export const FinalReason = Schema.Union([
  AuthFailed,
  NoBalance,
  BadRequest,
  ModelNotFound,
  ContentFiltered,
  ContextTooLong
])
/** Nobody pays for it here, whatever a platform would say. */
export const UnpaidReason = Schema.Union([NoCredit, ModelNotPriced, CreditUnavailable])
export type UnpaidReason = typeof UnpaidReason.Type
export const ProviderErrorReason = Schema.Union([RetryableReason, FinalReason, UnpaidReason])
export type ProviderErrorReason = typeof ProviderErrorReason.Type

const isRetryableReason = Schema.is(RetryableReason)
export const isUnpaid = Schema.is(UnpaidReason)

/** The one error of a model call: which provider and model, and why. `detail` never holds a key. */
export class ProviderError extends Schema.TaggedError<ProviderError>()("ProviderError", {
  provider: Schema.String,
  model: Schema.String,
  reason: ProviderErrorReason
}) {
  get retryable(): boolean {
    return isRetryableReason(this.reason)
  }

  override get message(): string {
    return `${this.provider}/${this.model}: ${this.reason._tag}: ${this.reason.detail}`
  }
}

import { Schema } from "effect"

/** Why a grant is refused, in OAuth's words (RFC 6749, 5.2). */
export const Refusal = Schema.Literals([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "invalid_scope",
  "unsupported_grant_type"
])
export type Refusal = typeof Refusal.Type

/** No token is given; `detail` says to whoever asked what is wrong, and never repeats what was sent. */
export class GrantRefused extends Schema.TaggedError<GrantRefused>()("GrantRefused", {
  error: Refusal,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.error}: ${this.detail}`
  }
}

import { Schema } from "effect"

/** A part of the request cannot be used, or what it asks for not be had; `path` names it as Anthropic does (`messages.0.content`). */
export class UnusableBody extends Schema.TaggedError<UnusableBody>()("UnusableBody", {
  path: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return this.path === "" ? this.detail : `${this.path}: ${this.detail}`
  }
}

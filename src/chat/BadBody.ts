import { Schema } from "effect"

/** The body cannot be used: `param` is the path of what is wrong in it (`messages[0].content`), null where that is all of it. */
export class BadBody extends Schema.TaggedError<BadBody>()("BadBody", {
  param: Schema.NullOr(Schema.String),
  detail: Schema.String
}) {
  override get message(): string {
    return this.param === null ? this.detail : `${this.param}: ${this.detail}`
  }
}

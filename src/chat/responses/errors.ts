import { Schema } from "effect"

/** No response of this id is kept. */
export class UnknownResponse extends Schema.TaggedError<UnknownResponse>()("UnknownResponse", { id: Schema.String }) {
  override get message(): string {
    return `Response with id '${this.id}' not found.`
  }
}

/** The response is not one in the background: `wanted` is what only those can be asked. */
export class NotInBackground extends Schema.TaggedError<NotInBackground>()("NotInBackground", {
  wanted: Schema.Literals(["cancel", "stream"])
}) {
  override get message(): string {
    return this.wanted === "cancel"
      ? "Cannot cancel a synchronous response."
      : "Only a response that was created with background: true can be streamed again."
  }
}

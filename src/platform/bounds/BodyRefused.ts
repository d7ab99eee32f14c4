import { Schema } from "effect"
import { HttpServerError, type HttpServerRequest } from "effect/http"

/** A body holds more than its route takes, or is no text; `limit` is what it takes, in bytes, levels or values. */
export class BodyRefused extends Schema.TaggedError<BodyRefused>()("BodyRefused", {
  /** `size`: too many bytes; `depth`: too many lists or objects within each other; `values`: too many of them; `text`: no UTF-8. */
  why: Schema.Literals(["size", "depth", "values", "text"]),
  limit: Schema.Finite
}) {
  override get message(): string {
    switch (this.why) {
      case "size":
        return "The request body is larger than allowed."
      case "depth":
        return `The request body has more than ${this.limit} lists and objects within each other.`
      case "values":
        return `The request body holds more than ${this.limit} values.`
      case "text":
        return "The request body is not valid UTF-8."
    }
  }
}

/** The same as the failure of reading the body that it is. */
export const readingFailed = (
  request: HttpServerRequest.HttpServerRequest,
  cause: BodyRefused
): HttpServerError.HttpServerError =>
  new HttpServerError.HttpServerError({
    reason: new HttpServerError.RequestParseError({
      request,
      reason: cause.why === "size" || cause.why === "values" ? "BodyTooLarge" : "Parse",
      cause
    })
  })

/** Why a body was not read, where it was refused; `undefined` where it did not come whole. */
export const refusedBody = ({ reason }: HttpServerError.HttpServerError): BodyRefused | undefined => {
  if (reason._tag !== "RequestParseError") return undefined
  if (reason.cause instanceof BodyRefused) return reason.cause
  return reason.reason === "BodyTooLarge" ? new BodyRefused({ why: "size", limit: 0 }) : undefined
}

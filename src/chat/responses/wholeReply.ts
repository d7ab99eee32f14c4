import { Effect, Pull, Stream } from "effect"
import { heldReply } from "../heldReply.ts"
import type { PullOf } from "../Share.ts"
import { failureOf } from "./failureOf.ts"
import type { ResponseObject } from "./ResponseObject.ts"
import type { ResponseError } from "./Responses.ts"

/** A response as one reply; a failure that comes late is told as the response's own: its status is `failed`. */
export const wholeReply = (begun: ResponseObject, response: PullOf<ResponseObject, ResponseError>) => {
  const textOf = (response: ResponseObject) => JSON.stringify(response)
  const ended = Pull.catchDone(
    Effect.map(response, ([whole]) => whole),
    () => Effect.succeed(begun)
  )
  return heldReply(Effect.map(ended, textOf), (error) =>
    Stream.make(textOf({ ...begun, status: "failed", error: failureOf(error) }))
  )
}

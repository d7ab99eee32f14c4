import { Effect, Stream } from "effect"
import { heldReply } from "../heldReply.ts"
import type { TurnError } from "../Turn.ts"
import { failureOf } from "./failureOf.ts"
import type { ResponseObject } from "./ResponseObject.ts"

/** A response as one reply; a failure that comes late is told as the response's own: its status is `failed`. */
export const wholeReply = (begun: ResponseObject, response: Effect.Effect<ResponseObject, TurnError>) => {
  const textOf = (response: ResponseObject) => JSON.stringify(response)
  return heldReply(Effect.map(response, textOf), (error) =>
    Stream.make(textOf({ ...begun, status: "failed", error: failureOf(error) }))
  )
}

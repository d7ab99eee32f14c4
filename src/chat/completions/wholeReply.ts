import { Cause, Effect, Exit, Fiber, Option, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { openAiErrorBody } from "../../platform/ErrorForm.ts"
import { type Failure, failureOf } from "../failure.ts"
import { failureResponse } from "../failureResponse.ts"
import { heartbeatEvery, restOf, type TurnPull } from "../OpenedTurn.ts"
import type { TurnError, TurnEvent } from "../Turn.ts"
import { completionOf } from "./completionOf.ts"
import type { Identity } from "./Identity.ts"

const noEnd: Failure = { status: 502, message: "The reply broke off.", code: "upstream_malformed", isFinal: true }
const headers = { "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" }

/**
 * A turn as one completion. What takes long begins with its headers and white space, which clients skip. A failure that comes after
 * them can have no status any more: the error is the body, and the connection is cut short of its end, so that no client takes the
 * reply for whole.
 */
export const wholeReply = Effect.fnUntraced(function* (pull: TurnPull, identity: Identity) {
  const reading = yield* Effect.forkScoped(restOf(pull), { startImmediately: true })
  const read = yield* Effect.timeoutOption(Fiber.join(reading), heartbeatEvery)
  if (Option.isNone(read)) return longReply(Fiber.join(reading), identity)
  const completion = completionOf(identity, read.value)
  return completion === undefined ? failureResponse(noEnd) : HttpServerResponse.jsonUnsafe(completion)
})

const longReply = (events: Effect.Effect<ReadonlyArray<TurnEvent>, TurnError>, identity: Identity) => {
  const reply = Stream.unwrap(
    Effect.map(Effect.exit(events), (exit) => {
      if (Exit.isSuccess(exit)) {
        const completion = completionOf(identity, exit.value)
        return completion === undefined ? cutAfter(noEnd) : Stream.make(JSON.stringify(completion))
      }
      const [error] = exit.cause.reasons.flatMap((reason) => (reason._tag === "Fail" ? [reason.error] : []))
      return error === undefined ? Stream.failCause(Cause.fromReasons<never>([])) : cutAfter(failureOf(error))
    })
  )
  const spaces = Stream.map(Stream.tick(heartbeatEvery), () => " ")
  return HttpServerResponse.stream(Stream.encodeText(Stream.merge(reply, spaces, { haltStrategy: "left" })), {
    contentType: "application/json",
    headers
  })
}

const cutAfter = (failure: Failure): Stream.Stream<string> =>
  Stream.concat(Stream.make(JSON.stringify(openAiErrorBody(failure))), Stream.fromEffect(Effect.interrupt))

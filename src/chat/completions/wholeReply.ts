import { Effect } from "effect"
import { openAiErrorBody } from "../../platform/ErrorForm.ts"
import { type Failure, failureOf } from "../failure.ts"
import { cutAfter, heldReply } from "../heldReply.ts"
import { restOf, type TurnPull } from "../OpenedTurn.ts"
import { completionOf } from "./completionOf.ts"
import type { Identity } from "./Identity.ts"

const noEnd: Failure = { status: 502, message: "The reply broke off.", code: "upstream_malformed", isFinal: true }

/** A turn as one completion. */
export const wholeReply = (pull: TurnPull, identity: Identity, choices?: number) =>
  heldReply(
    restOf(pull).pipe(
      Effect.mapError(failureOf),
      Effect.flatMap((events) => {
        const completion = completionOf(identity, events, choices)
        return completion === undefined ? Effect.fail(noEnd) : Effect.succeed(JSON.stringify(completion))
      })
    ),
    (failure) => cutAfter(openAiErrorBody(failure))
  )

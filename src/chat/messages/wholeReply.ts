import { Effect, Schema } from "effect"
import { cutAfter, heldReply } from "../heldReply.ts"
import { restOf, type TurnPull } from "../OpenedTurn.ts"
import { errorView } from "./errorReply.ts"
import { failureOf } from "./failures.ts"
import { MessageView } from "./MessageViews.ts"
import type { MessageHead } from "./MessageWriter.ts"
import { wholeMessage } from "./wholeMessage.ts"

const encode = Schema.encodeSync(Schema.fromJsonString(MessageView))

/** A turn as one message. */
export const wholeReply = (turn: TurnPull, head: Omit<MessageHead, "promptTokens">, requestId: string) =>
  heldReply(
    restOf(turn).pipe(
      Effect.flatMap((events) => Effect.fromResult(wholeMessage(events, head))),
      Effect.map((message) => encode(message)),
      Effect.mapError(failureOf)
    ),
    (failure) => cutAfter(errorView(failure, requestId)),
    { "request-id": requestId }
  )

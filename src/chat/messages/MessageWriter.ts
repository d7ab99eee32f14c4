import { Result } from "effect"
import { noUsage } from "../../providers/accounting/usage.ts"
import type { Malformed } from "../../providers/ProviderError.ts"
import type { TurnEvent } from "../Turn.ts"
import { makeBlockWriter } from "./BlockWriter.ts"
import { countsOf, envelopeOf, signatureOf, stopOf } from "./messageParts.ts"
import type { MessageEvent } from "./MessageViews.ts"

/** What a message is written with. */
export interface MessageHead {
  readonly id: string
  readonly model: string
  readonly showsThinking: boolean
  readonly callsOneTool: boolean
  /** An estimate for its first event, which comes before anything is known. */
  readonly promptTokens: number
}

type Written = Result.Result<ReadonlyArray<MessageEvent>, Malformed>

/** Makes the events of a streamed message from those of a turn. Of no use after a failure, or the turn's `Finish`. */
export const makeMessageWriter = ({ callsOneTool, id, model, promptTokens, showsThinking }: MessageHead) => {
  const blocks = makeBlockWriter(signatureOf(id))
  let firstCall: number | undefined
  let isFinished = false

  const start = (): MessageEvent => {
    const counts = countsOf({ ...noUsage, promptTokens })
    const message = { ...envelopeOf(id, model, counts), content: [] as const, stop_reason: null, stop_sequence: null }
    return { type: "message_start", message }
  }

  const finish = (end: Extract<TurnEvent, { readonly _tag: "Finish" }>): Written =>
    Result.map(blocks.endAll(end.reason === "length"), (events) => [
      ...events,
      {
        type: "message_delta",
        delta: { ...stopOf(end), stop_details: null, container: null },
        usage: countsOf(end.usage)
      },
      { type: "message_stop" }
    ])

  const push = (event: TurnEvent): Written => {
    switch (event._tag) {
      case "TextDelta":
        return Result.succeed(blocks.say("text", event.text))
      case "ReasoningDelta":
        return Result.succeed(showsThinking ? blocks.say("thinking", event.text) : [])
      case "ToolCallDelta":
        firstCall ??= event.index
        return callsOneTool && event.index !== firstCall ? Result.succeed([]) : blocks.call(event)
      case "Progress":
        return Result.succeed([])
      case "Finish":
        isFinished = true
        return finish(event)
    }
  }

  return { start, push, isOver: () => isFinished }
}

import { Result } from "effect"
import { Sse } from "effect/encoding"
import type { ChatEvent } from "./ChatModel.ts"
import type { StreamReader, WireEvent } from "./Family.ts"
import { Malformed, type ProviderErrorReason } from "./ProviderError.ts"

/** Makes chat events of the body of a streamed reply. Of no use after a failure. */
export interface EventReader {
  /** What is in these bytes, together with what came before; maybe nothing yet. */
  readonly read: (pieces: ReadonlyArray<Uint8Array>) => Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason>
  /** What is still owed at the end of the body. A body that ends before the reply does is a failure. */
  readonly end: StreamReader["end"]
  readonly usage: StreamReader["usage"]
}

/** Parses server-sent events and has a family's reader understand them. */
export const makeEventReader = (reader: StreamReader, hideKey: (text: string) => string): EventReader => {
  const decoder = new TextDecoder()
  const pending: Array<WireEvent> = []
  const parser = Sse.makeParser((event) => {
    if (event._tag === "Event") pending.push({ event: event.event, data: hideKey(event.data) })
  })
  return {
    read: (pieces) => {
      for (const piece of pieces) {
        const tooLarge = parser.feed(decoder.decode(piece, { stream: true }))
        if (tooLarge !== undefined) return Result.fail(new Malformed({ detail: tooLarge.message }))
      }
      const events: Array<ChatEvent> = []
      for (const event of pending.splice(0)) {
        const result = reader.push(event)
        if (Result.isFailure(result)) return result
        events.push(...result.success)
      }
      return Result.succeed(events)
    },
    end: () => reader.end(),
    usage: () => reader.usage()
  }
}

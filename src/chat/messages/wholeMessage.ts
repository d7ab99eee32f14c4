import { Result } from "effect"
import { foldEvents } from "../../providers/events.ts"
import { Malformed } from "../../providers/ProviderError.ts"
import type { TurnEvent } from "../Turn.ts"
import { countsOf, envelopeOf, signatureOf, stopOf } from "./messageParts.ts"
import type { BlockView, MessageView } from "./MessageViews.ts"
import type { MessageHead } from "./MessageWriter.ts"
import { toolInput } from "./toolInput.ts"

/** The message that all events of a turn amount to. */
export const wholeMessage = (
  events: ReadonlyArray<TurnEvent>,
  { callsOneTool, id, model, showsThinking }: Omit<MessageHead, "promptTokens">
): Result.Result<MessageView, Malformed> =>
  Result.gen(function* () {
    const said = events.filter((event) => event._tag !== "Progress")
    const { finish, reasoning, text, toolCalls } = foldEvents(said)
    const end = said.find((event) => event._tag === "Finish")
    if (end === undefined) return yield* Result.fail(new Malformed({ detail: "it broke off" }))
    const content: Array<BlockView> = []
    if (showsThinking && reasoning !== "") {
      content.push({ type: "thinking", thinking: reasoning, signature: signatureOf(id) })
    }
    if (text !== "") content.push({ type: "text", text, citations: null })
    for (const call of callsOneTool ? toolCalls.slice(0, 1) : toolCalls) {
      const input = toolInput(call)
      // A reply that was cut short may have broken off inside its last call, which then is none.
      if (finish === "length" && Result.isFailure(input)) continue
      const { id, name } = call
      content.push({ type: "tool_use", id, name, input: yield* input, caller: { type: "direct" } })
    }
    return { ...envelopeOf(id, model, countsOf(end.usage)), content, ...stopOf(end) }
  })

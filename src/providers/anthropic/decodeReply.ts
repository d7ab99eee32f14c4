import { Option, Result } from "effect"
import type { ToolCall } from "../ChatModel.ts"
import type { DecodedReply } from "../Family.ts"
import { excerpt } from "../excerpt.ts"
import { Malformed, type ProviderErrorReason } from "../ProviderError.ts"
import { reasonIn200 } from "./readError.ts"
import { countsIn, emptyReply, finishReasonOf, stopSequenceOf, usageOf } from "./replies.ts"
import { decodeBody, type Message } from "./Wire.ts"

/** Reads the body of a whole reply. */
export const decodeReply = (body: string): Result.Result<DecodedReply, ProviderErrorReason> => {
  const message = Option.getOrUndefined(decodeBody(body))
  if (message === undefined) return Result.fail(new Malformed({ detail: `not a message: ${excerpt(body)}` }))
  return "error" in message ? Result.fail(reasonIn200(message.error)) : read(message)
}

const read = (message: Message): Result.Result<DecodedReply, ProviderErrorReason> => {
  let text = ""
  let reasoning = ""
  const toolCalls: Array<ToolCall> = []
  for (const block of message.content) {
    if (block.type === "text") text += block.text ?? ""
    else if (block.type === "thinking") reasoning += block.thinking ?? ""
    else if (block.type === "tool_use") {
      toolCalls.push({ id: block.id, name: block.name, arguments: JSON.stringify(block.input ?? {}) })
    }
  }
  const usage = usageOf(countsIn(message.usage))
  if (text.trim() === "" && toolCalls.length === 0) return Result.fail(emptyReply(message, usage))
  return Result.succeed({
    text,
    reasoning,
    toolCalls,
    finish: finishReasonOf(message),
    ...stopSequenceOf(message),
    usage,
    model: message.model ?? undefined
  })
}

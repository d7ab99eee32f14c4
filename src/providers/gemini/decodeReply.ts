import { Option, Result } from "effect"
import type { ToolCall } from "../ChatModel.ts"
import type { DecodedReply } from "../Family.ts"
import { excerpt } from "../excerpt.ts"
import { Malformed, type ProviderErrorReason } from "../ProviderError.ts"
import { reasonIn200 } from "./readError.ts"
import { emptyReply, finishReasonOf, refusalOf, toolCallOf, usageOf } from "./replies.ts"
import { decodeBody, type GenerateContentResponse } from "./Wire.ts"

/** Reads the body of a whole reply. */
export const decodeReply = (body: string): Result.Result<DecodedReply, ProviderErrorReason> => {
  const response = Option.getOrUndefined(decodeBody(body))
  if (response === undefined) {
    return Result.fail(new Malformed({ detail: `not a reply of generateContent: ${excerpt(body)}` }))
  }
  return "error" in response ? Result.fail(reasonIn200(response.error)) : read(response)
}

const read = (response: GenerateContentResponse): Result.Result<DecodedReply, ProviderErrorReason> => {
  const refusal = refusalOf(response)
  if (refusal !== undefined) return Result.fail(refusal)
  const candidate = response.candidates?.[0]
  const finish = candidate?.finishReason ?? undefined
  let text = ""
  let reasoning = ""
  const toolCalls: Array<ToolCall> = []
  for (const part of candidate?.content?.parts ?? []) {
    if (part.thought === true) reasoning += part.text ?? ""
    else text += part.text ?? ""
    if (part.functionCall) {
      toolCalls.push(toolCallOf(part.functionCall, response.responseId ?? undefined, toolCalls.length))
    }
  }
  const usage = usageOf(response.usageMetadata)
  if (text.trim() === "" && toolCalls.length === 0) return Result.fail(emptyReply(finish, usage))
  return Result.succeed({
    text,
    reasoning,
    toolCalls,
    finish: finishReasonOf(finish, toolCalls.length),
    usage,
    model: response.modelVersion ?? undefined
  })
}

import { Option, Result } from "effect"
import type { ChatEvent, Usage } from "../ChatModel.ts"
import type { StreamReader } from "../Family.ts"
import { excerpt } from "../excerpt.ts"
import { Malformed } from "../ProviderError.ts"
import { reasonIn200 } from "./readError.ts"
import { emptyReply, finishReasonOf, refusalOf, toolCallOf, usageOf } from "./replies.ts"
import { decodeBody, type GenerateContentResponse } from "./Wire.ts"

/**
 * Reads `streamGenerateContent?alt=sse`: each event is a response with the next parts. There is no event that ends a
 * stream; it is whole if a candidate said why it finished, and counts may still come after that.
 */
export const makeStreamReader = (): StreamReader => {
  let finish: string | undefined
  let usage: Usage | undefined
  let responseId: string | undefined
  let calls = 0
  let said = false

  const read = (response: GenerateContentResponse): ReadonlyArray<ChatEvent> => {
    const candidate = response.candidates?.[0]
    const events: Array<ChatEvent> = []
    finish = candidate?.finishReason ?? finish
    usage = usageOf(response.usageMetadata) ?? usage
    responseId ??= response.responseId ?? undefined
    for (const part of candidate?.content?.parts ?? []) {
      const text = part.text ?? ""
      if (text !== "") {
        said ||= part.thought !== true && text.trim() !== ""
        events.push({ _tag: part.thought === true ? "ReasoningDelta" : "TextDelta", text })
      }
      if (part.functionCall) {
        events.push({ _tag: "ToolCallDelta", index: calls, ...toolCallOf(part.functionCall, responseId, calls) })
        calls++
      }
    }
    return events
  }

  return {
    push: ({ data }) => {
      // Only gateways send the latter.
      if (data === "" || data === "[DONE]") return Result.succeed([])
      const response = Option.getOrUndefined(decodeBody(data))
      if (response === undefined) return Result.fail(new Malformed({ detail: `not a response: ${excerpt(data)}` }))
      if ("error" in response) return Result.fail(reasonIn200(response.error))
      const refusal = refusalOf(response)
      return refusal === undefined ? Result.succeed(read(response)) : Result.fail(refusal)
    },
    end: () => {
      if (finish === undefined) return Result.fail(new Malformed({ detail: "the stream was cut" }))
      if (!said && calls === 0) return Result.fail(emptyReply(finish, usage))
      return Result.succeed([
        ...(usage === undefined ? [] : [{ _tag: "UsageReported" as const, usage }]),
        { _tag: "Finish", reason: finishReasonOf(finish, calls) }
      ])
    },
    usage: () => usage
  }
}

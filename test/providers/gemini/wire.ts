// Bodies and events in the forms that https://ai.google.dev/api shows.
import { Result } from "effect"
import type { ChatEvent } from "../../../src/providers/ChatModel.ts"
import { geminiFamily } from "../../../src/providers/gemini/Family.ts"
import type { ProviderErrorReason } from "../../../src/providers/ProviderError.ts"

const usageMetadata = {
  promptTokenCount: 29,
  cachedContentTokenCount: 8,
  candidatesTokenCount: 15,
  totalTokenCount: 937,
  promptTokensDetails: [{ modality: "TEXT", tokenCount: 29 }],
  thoughtsTokenCount: 893
}

/** `usageMetadata`, as we say it. */
export const usage = {
  promptTokens: 29,
  completionTokens: 908,
  cachedTokens: 8,
  cacheWriteTokens: 0,
  reasoningTokens: 893,
  estimated: false
}

/** A whole response with these parts, or an event of a streamed one. */
export const response = (parts: ReadonlyArray<unknown>, finishReason?: string, rest: object = {}): string =>
  JSON.stringify({
    candidates: [
      {
        content: { parts, role: "model" },
        ...(finishReason !== undefined && { finishReason, finishMessage: "Model generated it." }),
        index: 0
      }
    ],
    usageMetadata,
    modelVersion: "gemini-3-flash",
    responseId: "m36LaZGyCLz1xs0P",
    ...rest
  })

export const text = (said: string) => ({ text: said })
export const thought = (said: string) => ({ text: said, thought: true })
export const functionCall = (call: object) => ({ functionCall: call, thoughtSignature: "EskgCsYgAb4+9vtF7" })

/** Everything that a stream of these data gives, to the end of its body, or the reason that ends it. */
export const read = (datas: ReadonlyArray<string>): Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason> => {
  const reader = geminiFamily.makeStreamReader()
  const events: Array<ChatEvent> = []
  for (const data of datas) {
    const given = reader.push({ event: "message", data })
    if (Result.isFailure(given)) return given
    events.push(...given.success)
  }
  return Result.map(reader.end(), (last) => [...events, ...last])
}

/** The reason that ends a stream of these data; fails the test when none does. */
export const failure = (datas: ReadonlyArray<string>): ProviderErrorReason =>
  Result.getOrThrow(Result.flip(read(datas)))

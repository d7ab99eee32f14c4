// From our messages to Gemini's `systemInstruction` and `contents`.
import { Result } from "effect"
import type { ChatMessage, ContentPart, ToolCall } from "../ChatModel.ts"
import { BadRequest } from "../ProviderError.ts"
import { isOurs } from "./callId.ts"
import { type ImageSource, imageSource } from "../imageSource.ts"
import { toolArguments } from "../toolArguments.ts"
import { withoutUndefined } from "../withoutUndefined.ts"

type Part = Readonly<Record<string, unknown>>

/** One turn; Gemini has two roles, and tools answer as the user. */
export interface Content {
  readonly role: "user" | "model"
  readonly parts: ReadonlyArray<Part>
}

export interface Conversation {
  readonly systemInstruction: { readonly parts: ReadonlyArray<Part> } | undefined
  readonly contents: ReadonlyArray<Content>
}

/** The conversation as the API takes it: system messages apart, turns of one side in a row as one, nothing empty. */
export const conversationOf = (
  messages: ReadonlyArray<ChatMessage>,
  model: string
): Result.Result<Conversation, BadRequest> =>
  Result.gen(function* () {
    const system: Array<Part> = []
    const contents: Array<{ readonly role: Content["role"]; readonly parts: Array<Part> }> = []
    const calls = new Map<string, ToolCall>()
    const say = (role: Content["role"], parts: ReadonlyArray<Part>) => {
      const last = contents.at(-1)
      if (parts.length === 0) return
      if (last?.role === role) last.parts.push(...parts)
      else contents.push({ role, parts: [...parts] })
    }
    for (const message of messages) {
      switch (message.role) {
        case "system":
          system.push(...textParts(message.content))
          break
        case "user":
          say("user", yield* userParts(message.content))
          break
        case "assistant":
          for (const call of message.toolCalls ?? []) calls.set(call.id, call)
          say("model", [...textParts(message.content), ...(yield* callParts(message.toolCalls ?? [], model))])
          break
        case "tool":
          say("user", [yield* responsePart(message, calls)])
      }
    }
    if (contents.length === 0) {
      return yield* Result.fail(new BadRequest({ detail: "messages: Gemini needs one that is not of the system" }))
    }
    return { systemInstruction: system.length === 0 ? undefined : { parts: system }, contents }
  })

const textParts = (text: string): ReadonlyArray<Part> => (text === "" ? [] : [{ text }])

const userParts = (content: string | ReadonlyArray<ContentPart>): Result.Result<ReadonlyArray<Part>, BadRequest> =>
  typeof content === "string"
    ? Result.succeed(textParts(content))
    : Result.map(
        Result.all(
          content.map((part) =>
            part.type === "text" ? Result.succeed(textParts(part.text)) : Result.map(imageSource(part), imageParts)
          )
        ),
        (parts) => parts.flat()
      )

const imageParts = (source: ImageSource): ReadonlyArray<Part> =>
  source._tag === "Inline"
    ? [{ inlineData: { mimeType: source.mediaType, data: source.base64 } }]
    : [{ fileData: withoutUndefined({ fileUri: source.url, mimeType: mediaTypeOfAddress(source.url) }) }]

const mediaTypes = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["webp", "image/webp"],
  ["heic", "image/heic"],
  ["heif", "image/heif"]
])

// What the address does not say is left to Gemini, which looks at the file it fetches.
const mediaTypeOfAddress = (url: string): string | undefined =>
  mediaTypes.get(/\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase() ?? "")

/**
 * Gemini 3 and later refuse a past call without the signature of the thoughts behind it. We do not keep signatures, since
 * no other platform has them, and send what Google documents for calls whose signature is not at hand.
 */
const noSignature = "skip_thought_signature_validator"

const needsSignatures = (model: string): boolean => /(?:^|\/)gemini-(?![12](?:[.-]|$))/.test(model)

const callParts = (calls: ReadonlyArray<ToolCall>, model: string): Result.Result<ReadonlyArray<Part>, BadRequest> =>
  Result.all(
    calls.map((call, index) =>
      Result.map(toolArguments(call), (args) => ({
        functionCall: { ...idOf(call.id), name: call.name, args },
        // of calls made at once, only the first has one
        ...(index === 0 && needsSignatures(model) && { thoughtSignature: noSignature })
      }))
    )
  )

const responsePart = (
  message: Extract<ChatMessage, { readonly role: "tool" }>,
  calls: ReadonlyMap<string, ToolCall>
): Result.Result<Part, BadRequest> => {
  const call = calls.get(message.toolCallId)
  return call === undefined
    ? Result.fail(
        new BadRequest({ detail: `tool_call_id: there is no call "${message.toolCallId}" before its result` })
      )
    : Result.succeed({
        functionResponse: { ...idOf(call.id), name: call.name, response: { output: message.content } }
      })
}

const idOf = (id: string) => (isOurs(id) ? {} : { id })

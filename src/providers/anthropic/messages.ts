// From our messages to Anthropic's `system` and `messages`.
import { Result } from "effect"
import type { ChatMessage, ContentPart, ToolCall } from "../ChatModel.ts"
import { type ImageSource, imageSource } from "../imageSource.ts"
import { toolArguments } from "../toolArguments.ts"
import { BadRequest } from "../ProviderError.ts"

type Block = Readonly<Record<string, unknown>>

export interface Message {
  readonly role: "user" | "assistant"
  readonly content: ReadonlyArray<Block>
}

export interface Conversation {
  readonly system: string | undefined
  readonly messages: ReadonlyArray<Message>
}

/**
 * The conversation as the API takes it: system messages on top, whatever their place; turns of one side in a row as one,
 * which puts the results of calls made at once into one message, as the API demands; no blank text, which it refuses.
 */
export const conversationOf = (messages: ReadonlyArray<ChatMessage>): Result.Result<Conversation, BadRequest> =>
  Result.gen(function* () {
    const system: Array<string> = []
    const turns: Array<{ readonly role: Message["role"]; readonly content: Array<Block> }> = []
    const say = (role: Message["role"], content: ReadonlyArray<Block>) => {
      const last = turns.at(-1)
      if (content.length === 0) return
      if (last?.role === role) last.content.push(...content)
      else turns.push({ role, content: [...content] })
    }
    for (const message of messages) {
      switch (message.role) {
        case "system":
          if (message.content.trim() !== "") system.push(message.content)
          break
        case "user":
          say("user", yield* userBlocks(message.content))
          break
        case "assistant":
          say("assistant", [...textBlocks(message.content), ...(yield* callBlocks(message.toolCalls ?? []))])
          break
        case "tool":
          say("user", [{ type: "tool_result", tool_use_id: idOf(message.toolCallId), content: message.content }])
      }
    }
    if (turns.length === 0) {
      return yield* Result.fail(new BadRequest({ detail: "messages: Anthropic needs one that is not of the system" }))
    }
    return { system: system.length === 0 ? undefined : system.join("\n\n"), messages: turns }
  })

const textBlocks = (text: string): ReadonlyArray<Block> => (text.trim() === "" ? [] : [{ type: "text", text }])

const userBlocks = (content: string | ReadonlyArray<ContentPart>): Result.Result<ReadonlyArray<Block>, BadRequest> =>
  typeof content === "string"
    ? Result.succeed(textBlocks(content))
    : Result.map(
        Result.all(
          content.map((part) =>
            part.type === "text"
              ? Result.succeed(textBlocks(part.text))
              : Result.flatMap(imageSource(part), imageBlocks)
          )
        ),
        (blocks) => blocks.flat()
      )

const imageTypes = ["image/jpeg", "image/png", "image/gif", "image/webp"]

const imageBlocks = (source: ImageSource): Result.Result<ReadonlyArray<Block>, BadRequest> => {
  if (source._tag === "Address") return Result.succeed([{ type: "image", source: { type: "url", url: source.url } }])
  return imageTypes.includes(source.mediaType)
    ? Result.succeed([{ type: "image", source: { type: "base64", media_type: source.mediaType, data: source.base64 } }])
    : Result.fail(new BadRequest({ detail: `image_url: Anthropic takes no ${source.mediaType}` }))
}

const callBlocks = (calls: ReadonlyArray<ToolCall>): Result.Result<ReadonlyArray<Block>, BadRequest> =>
  Result.all(
    calls.map((call) =>
      Result.map(toolArguments(call), (input) => ({ type: "tool_use", id: idOf(call.id), name: call.name, input }))
    )
  )

// Anthropic takes no other characters, and a conversation may have begun at a platform that uses them.
const idOf = (id: string): string => id.replaceAll(/[^a-zA-Z0-9_-]/g, "_")

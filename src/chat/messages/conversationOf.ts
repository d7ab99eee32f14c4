// From Anthropic's `system` and `messages` to ours.
import { Array as Arr, Effect, Result } from "effect"
import type { ChatMessage, ContentPart, ToolCall } from "../../providers/ChatModel.ts"
import { imageSource } from "../../providers/imageSource.ts"
import type { AssistantBlock, CountBody, ImageBlock, ToolResultBlock, UserBlock, WireMessage } from "./MessagesBody.ts"
import { UnusableBody } from "./UnusableBody.ts"

/** The whole conversation, the system's words first. What was thought in earlier turns is left out: no model is given it. */
export const conversationOf = (
  body: Pick<CountBody, "messages" | "system">
): Effect.Effect<ReadonlyArray<ChatMessage>, UnusableBody> =>
  Effect.map(
    Effect.forEach(body.messages, (message, index) => messagesOf(message, `messages.${index}.content`)),
    (messages) => {
      const system = systemText(body.system ?? "")
      return [...(system === "" ? [] : [{ role: "system" as const, content: system }]), ...messages.flat()]
    }
  )

type Text = string | ReadonlyArray<{ readonly text: string }>

/** Blocks of the system are texts of their own. */
const systemText = (text: Text): string => (typeof text === "string" ? text : text.map(({ text }) => text).join("\n\n"))

const messagesOf = (message: WireMessage, path: string): Effect.Effect<ReadonlyArray<ChatMessage>, UnusableBody> => {
  switch (message.role) {
    case "system":
      return Effect.succeed([{ role: "system", content: systemText(message.content) }])
    case "assistant":
      return Effect.succeed([
        typeof message.content === "string"
          ? { role: "assistant", content: message.content }
          : assistantMessage(message.content)
      ])
    case "user":
      return typeof message.content === "string"
        ? Effect.succeed([{ role: "user", content: message.content }])
        : userMessages(message.content, path)
  }
}

const assistantMessage = (blocks: ReadonlyArray<AssistantBlock>): ChatMessage => {
  const toolCalls = blocks.flatMap((block): ReadonlyArray<ToolCall> =>
    block.type === "tool_use" ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }] : []
  )
  return {
    role: "assistant",
    content: blocks.map((block) => (block.type === "text" ? block.text : "")).join(""),
    ...(toolCalls.length === 0 ? {} : { toolCalls })
  }
}

/**
 * Results of tools come before whatever else the user says, for other platforms want them right behind the calls. These take only
 * text there: the images of a result are shown after it.
 */
const userMessages = Effect.fnUntraced(function* (blocks: ReadonlyArray<UserBlock>, path: string) {
  const results: Array<ChatMessage> = []
  const parts: Array<ContentPart> = []
  for (const [index, block] of blocks.entries()) {
    const at = `${path}.${index}`
    if (block.type === "text") parts.push({ type: "text", text: block.text })
    else if (block.type === "image") parts.push(yield* imagePart(block, at))
    else {
      results.push({ role: "tool", toolCallId: block.tool_use_id, content: resultText(block) })
      parts.push(...(yield* imagesOf(block, at)))
    }
  }
  return Arr.isArrayNonEmpty(parts) ? [...results, { role: "user" as const, content: contentOf(parts) }] : results
})

const contentOf = (parts: Arr.NonEmptyReadonlyArray<ContentPart>): string | ReadonlyArray<ContentPart> => {
  const [first, ...others] = parts
  return others.length === 0 && first.type === "text" ? first.text : parts
}

const resultText = ({ content, is_error: isError }: ToolResultBlock): string => {
  const text =
    typeof content === "string"
      ? content
      : (content ?? []).flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n")
  // There is no other place for it in a conversation that every platform understands.
  return isError === true ? `The tool failed: ${text}` : text
}

const imagesOf = Effect.fnUntraced(function* ({ content, tool_use_id: id }: ToolResultBlock, path: string) {
  if (typeof content === "string" || content === undefined || content === null) return []
  const images: Array<ContentPart> = []
  for (const [index, part] of content.entries()) {
    if (part.type === "image") images.push(yield* imagePart(part, `${path}.content.${index}`))
  }
  return images.length === 0 ? [] : [{ type: "text" as const, text: `What the tool call ${id} showed:` }, ...images]
})

const imagePart = ({ source }: ImageBlock, path: string): Effect.Effect<ContentPart, UnusableBody> => {
  const part =
    source.type === "url"
      ? ({ type: "image", url: source.url } as const)
      : ({ type: "image", mediaType: source.media_type, base64: source.data } as const)
  return Result.match(imageSource(part), {
    onSuccess: () => Effect.succeed(part),
    onFailure: () =>
      Effect.fail(
        new UnusableBody({ path: `${path}.source`, detail: "only https addresses and base64 data are taken" })
      )
  })
}

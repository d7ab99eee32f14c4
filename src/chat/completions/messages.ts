import { Result, Schema } from "effect"
import type { ChatMessage, ContentPart, ToolCall } from "../../providers/ChatModel.ts"
import { imageSource } from "../../providers/imageSource.ts"
import { BadBody } from "../BadBody.ts"
import { type BodyPath, bodyPath } from "../bodyPath.ts"
import { tooLongList } from "../listsIn.ts"
import { decodePart } from "./decodePart.ts"

const optional = Schema.optionalKey
const given = <S extends Schema.Top>(schema: S) => optional(Schema.NullOr(schema))

const Role = Schema.Struct({
  role: Schema.Literals(["developer", "system", "user", "assistant", "tool", "function"])
})
const Content = Schema.Union([Schema.String, Schema.Array(Schema.Unknown)])
const Called = Schema.Struct({ name: Schema.String, arguments: Schema.String })
const Spoken = Schema.Struct({ content: Content })
const Assistant = Schema.Struct({
  content: given(Content),
  refusal: given(Schema.String),
  tool_calls: given(
    Schema.Array(Schema.Struct({ id: Schema.String, type: optional(Schema.Literal("function")), function: Called }))
  ),
  function_call: given(Called)
})
const Tool = Schema.Struct({ tool_call_id: Schema.String, content: Content })
const Function = Schema.Struct({ name: Schema.String, content: Schema.NullOr(Schema.String) })

const PartType = Schema.Struct({ type: Schema.String })
const TextPart = Schema.Struct({ text: Schema.String })
const RefusalPart = Schema.Struct({ refusal: Schema.String })
const ImagePart = Schema.Struct({
  image_url: Schema.Union([Schema.String, Schema.Struct({ url: Schema.String })])
})

const asAssistant = decodePart(Assistant)
const asFunction = decodePart(Function)
const asImagePart = decodePart(ImagePart)
const asPartType = decodePart(PartType)
const asRefusalPart = decodePart(RefusalPart)
const asRole = decodePart(Role)
const asSpoken = decodePart(Spoken)
const asTextPart = decodePart(TextPart)
const asTool = decodePart(Tool)

type Read<A> = Result.Result<A, BadBody>

/** Reads the messages of a conversation one after the other, each as it came, with its place. */
export const makeMessageReader = () => {
  // What the messages so far have called.
  const called = new Set<string>()
  return (input: unknown, index: number): Read<ChatMessage> =>
    Result.tap(readMessage(input, index, called), (message) => {
      if (message.role === "assistant") for (const { id } of message.toolCalls ?? []) called.add(id)
    })
}

const readMessage = (input: unknown, index: number, called: ReadonlySet<string>): Read<ChatMessage> => {
  const at = ["messages", index]
  const fits = tooLongList(input, at)
  if (Result.isFailure(fits)) return Result.fail(fits.failure)
  const role = asRole(input, at)
  if (Result.isFailure(role)) return Result.fail(role.failure)
  switch (role.success.role) {
    case "developer":
    case "system":
      return Result.flatMap(asSpoken(input, at), ({ content }) =>
        Result.map(readText(content, at), (text) => ({ role: "system", content: text }) as const)
      )
    case "user":
      return Result.flatMap(asSpoken(input, at), ({ content }) =>
        Result.map(readParts(content, at), (content) => ({ role: "user", content }) as const)
      )
    default:
      return readReply(input, role.success.role, at, called)
  }
}

/** What an assistant said, or a tool that it called. */
const readReply = (
  input: unknown,
  role: "assistant" | "tool" | "function",
  at: BodyPath,
  called: ReadonlySet<string>
): Read<ChatMessage> =>
  Result.gen(function* () {
    switch (role) {
      case "assistant": {
        const message = yield* asAssistant(input, at)
        const { content, function_call: former, refusal, tool_calls: calls } = message
        const toolCalls: ReadonlyArray<ToolCall> = [
          ...(calls ?? []).map(({ function: each, id }) => ({ id, ...each })),
          // Its result names the function alone.
          ...(former === undefined || former === null ? [] : [{ id: formerId(former.name), ...former }])
        ]
        const text = content === undefined || content === null ? (refusal ?? "") : yield* readText(content, at)
        return { role, content: text, ...(toolCalls.length === 0 ? {} : { toolCalls }) } as const
      }
      case "tool": {
        const { content, tool_call_id: toolCallId } = yield* asTool(input, at)
        yield* isCalled(toolCallId, called, bodyPath([...at, "tool_call_id"]))
        return { role, toolCallId, content: yield* readText(content, at) } as const
      }
      case "function": {
        const { content, name } = yield* asFunction(input, at)
        yield* isCalled(formerId(name), called, bodyPath([...at, "name"]))
        return { role: "tool", toolCallId: formerId(name), content: content ?? "" } as const
      }
    }
  })

/** Functions had no ids of calls. */
const formerId = (name: string): string => `call_${name}`

const isCalled = (id: string, called: ReadonlySet<string>, param: string): Read<void> =>
  called.has(id) ? Result.void : Result.fail(new BadBody({ param, detail: "no message before it calls this" }))

const readText = (content: string | ReadonlyArray<unknown>, at: BodyPath): Read<string> =>
  typeof content === "string"
    ? Result.succeed(content)
    : Result.gen(function* () {
        const texts: Array<string> = []
        for (const [place, part] of content.entries()) {
          const path = [...at, "content", place]
          const { type } = yield* asPartType(part, path)
          if (type === "text") texts.push((yield* asTextPart(part, path)).text)
          else if (type === "refusal") texts.push((yield* asRefusalPart(part, path)).refusal)
          else return yield* Result.fail(unknownPart(path, "text"))
        }
        return texts.join("\n")
      })

const readParts = (content: string | ReadonlyArray<unknown>, at: BodyPath): Read<string | ReadonlyArray<ContentPart>> =>
  typeof content === "string"
    ? Result.succeed(content)
    : Result.all(content.map((part, place) => readPart(part, [...at, "content", place])))

const readPart = (part: unknown, path: BodyPath): Read<ContentPart> =>
  Result.gen(function* () {
    const { type } = yield* asPartType(part, path)
    if (type === "text") return { type, text: (yield* asTextPart(part, path)).text } as const
    if (type !== "image_url") return yield* Result.fail(unknownPart(path, "text and image_url"))
    const { image_url: given } = yield* asImagePart(part, path)
    const image = { type: "image", url: typeof given === "string" ? given : given.url } as const
    yield* Result.mapError(
      imageSource(image),
      () =>
        new BadBody({
          param: bodyPath([...path, "image_url"]),
          detail: "only https addresses and base64 data are taken"
        })
    )
    return image
  })

const unknownPart = (path: BodyPath, known: string) =>
  new BadBody({ param: bodyPath([...path, "type"]), detail: `content here is of the type ${known}` })

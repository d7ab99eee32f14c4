import { Effect, Result } from "effect"
import { inStretches } from "../../platform/bounds/inStretches.ts"
import { imageSource } from "../../providers/imageSource.ts"
import { BadBody } from "../BadBody.ts"
import { type BodyPath, bodyPath } from "../bodyPath.ts"
import { decodePart } from "../completions/decodePart.ts"
import { tooLongList, weightOf } from "../listsIn.ts"
import { itemId } from "./ids.ts"
import {
  CallItem,
  CallOutputItem,
  ImagePart,
  ItemType,
  MessageItem,
  PartType,
  ReferenceItem,
  RefusalPart,
  TextPart
} from "./InputItem.ts"
import type { ResponseBody } from "./ResponseBody.ts"
import type { StoredItem, StoredMessage } from "./StoredItem.ts"

/** An item that stands in a response before this one; `param` is where it is named. */
export interface Reference {
  readonly type: "item_reference"
  readonly id: string
  readonly param: string
}

const asItemType = decodePart(ItemType)
const asMessageItem = decodePart(MessageItem)
const asCallItem = decodePart(CallItem)
const asCallOutputItem = decodePart(CallOutputItem)
const asReferenceItem = decodePart(ReferenceItem)
const asPartType = decodePart(PartType)
const asTextPart = decodePart(TextPart)
const asRefusalPart = decodePart(RefusalPart)
const asImagePart = decodePart(ImagePart)

type Read<A> = Result.Result<A, BadBody>
type Given = StoredItem | Reference
type InputPart = Extract<StoredMessage, { readonly role: "user" | "system" | "developer" }>["content"][number]

/** What a body puts in, in the form in which it is kept. Thoughts of earlier turns are left out: no platform here reads them. */
export const itemsOf = (
  input: ResponseBody["input"],
  responseId: string
): Effect.Effect<ReadonlyArray<Given>, BadBody> => {
  const given = typeof input === "string" ? [{ role: "user", content: input }] : input
  return Effect.map(
    inStretches(given, weightOf, (item, index) => itemOf(item, index, responseId)),
    (items) => items.flat()
  )
}

const itemOf = (input: unknown, index: number, responseId: string): Read<ReadonlyArray<Given>> =>
  Result.gen(function* () {
    const at = ["input", index]
    yield* tooLongList(input, at)
    const { type } = yield* asItemType(input, at)
    const status = "completed"
    switch (type) {
      case undefined:
      case null:
      case "message":
        return [yield* messageOf(yield* asMessageItem(input, at), at, itemId("msg", responseId, "i", index))]
      case "function_call": {
        const call = yield* asCallItem(input, at)
        return [{ type, id: itemId("fc", responseId, "i", index), status, ...call } as const]
      }
      case "function_call_output": {
        const { call_id, output } = yield* asCallOutputItem(input, at)
        const text = yield* textOf(output, [...at, "output"])
        return [{ type, id: itemId("fco", responseId, "i", index), status, call_id, output: text } as const]
      }
      case "reasoning":
        return []
      case "item_reference": {
        const { id } = yield* asReferenceItem(input, at)
        return id.startsWith("rs_") ? [] : [{ type, id, param: bodyPath([...at, "id"]) } as const]
      }
      default:
        return yield* bad([...at, "type"], `items of the type ${type} are not supported here`)
    }
  })

const messageOf = ({ content, role }: typeof MessageItem.Type, at: BodyPath, id: string): Read<StoredItem> =>
  Result.gen(function* () {
    const message = { type: "message", id, status: "completed" } as const
    const path = [...at, "content"]
    if (role === "assistant") {
      return {
        ...message,
        role,
        content: [{ type: "output_text", text: yield* textOf(content, path), annotations: [] }]
      } as const
    }
    if (typeof content === "string")
      return { ...message, role, content: [{ type: "input_text", text: content }] } as const
    const parts: Array<InputPart> = []
    for (const [index, part] of content.entries()) {
      parts.push(
        role === "user"
          ? yield* partOf(part, [...path, index])
          : { type: "input_text", text: yield* textIn(part, [...path, index]) }
      )
    }
    return { ...message, role, content: parts }
  })

const partOf = (input: unknown, at: BodyPath): Read<InputPart> =>
  Result.gen(function* () {
    const { type } = yield* asPartType(input, at)
    if (type !== "input_image") return { type: "input_text", text: yield* textIn(input, at) } as const
    const { detail, image_url: url } = yield* asImagePart(input, at)
    if (Result.isFailure(imageSource({ type: "image", url }))) {
      return yield* bad([...at, "image_url"], "only https addresses and base64 data are taken")
    }
    return { type, detail: detail ?? "auto", image_url: url } as const
  })

const textOf = (content: string | ReadonlyArray<unknown>, at: BodyPath): Read<string> =>
  typeof content === "string"
    ? Result.succeed(content)
    : Result.gen(function* () {
        const texts: Array<string> = []
        for (const [index, part] of content.entries()) texts.push(yield* textIn(part, [...at, index]))
        return texts.join("\n")
      })

const textIn = (input: unknown, at: BodyPath): Read<string> =>
  Result.gen(function* () {
    const { type } = yield* asPartType(input, at)
    switch (type) {
      case "input_text":
      case "output_text":
      case "text":
        return (yield* asTextPart(input, at)).text
      case "refusal":
        return (yield* asRefusalPart(input, at)).refusal
      default:
        return yield* bad([...at, "type"], `parts of the type ${type} are not supported here`)
    }
  })

const bad = (at: BodyPath, detail: string): Read<never> => Result.fail(new BadBody({ param: bodyPath(at), detail }))

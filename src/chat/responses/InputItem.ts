// What goes into a response: messages, calls of functions with what came of them, and thoughts of earlier turns. Items are decoded
// by their types and content by its, so that what is wrong is named where it is; see `itemsOf.ts`.
import { Schema } from "effect"

const given = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** A text, or parts of the types below. */
const Content = Schema.Union([Schema.String, Schema.Array(Schema.Unknown)])

/** Clients leave the type of a message out. */
export const ItemType = Schema.Struct({ type: given(Schema.String) })

/** What somebody said. */
export const MessageItem = Schema.Struct({
  role: Schema.Literals(["user", "assistant", "system", "developer"]),
  content: Content
})

/** A call of a function that a model asked for; `arguments` is JSON text. */
export const CallItem = Schema.Struct({ call_id: Schema.String, name: Schema.String, arguments: Schema.String })

/** What came of it. */
export const CallOutputItem = Schema.Struct({ call_id: Schema.String, output: Content })

/** An item of a response that is kept. */
export const ReferenceItem = Schema.Struct({ id: Schema.String })

export const PartType = Schema.Struct({ type: Schema.String })
export const TextPart = Schema.Struct({ text: Schema.String })
export const RefusalPart = Schema.Struct({ refusal: Schema.String })
/** `image_url` is an https address, or a data: address with base64. */
export const ImagePart = Schema.Struct({ image_url: Schema.String, detail: given(Schema.String) })

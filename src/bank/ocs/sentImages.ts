import { Option, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import { readImage } from "../images.ts"
import type { Question } from "../Question.ts"

/** Images as clients send them. */
export const ImageList = Schema.Union([
  Schema.String,
  Schema.Array(Schema.NullOr(Schema.Union([Schema.String, Schema.Struct({ url: Schema.String })])))
])
type ImageList = typeof ImageList.Type

const decodeImages = decodeJson(ImageList)

/** Images sent in any of their forms, as `makeQuestion` takes them. */
export const readImages = (raw: ImageList): ReadonlyArray<string> => {
  if (typeof raw !== "string") {
    return raw.flatMap((image) => (image === null ? [] : typeof image === "string" ? [image] : [image.url]))
  }
  const text = raw.trim()
  if (text === "" || text === "undefined" || text === "null") return []
  if (text.startsWith("[")) {
    const list = Option.getOrUndefined(decodeImages(text))
    if (list !== undefined) return readImages(list)
  }
  // Base64 holds no comma, an address may: one parts two only where another image begins.
  const parts = text
    .split(/[\s|]+|,(?=data:|https?:)/)
    .flatMap((part) => (part.includes(":") ? [part] : part.split(",")))
  const images: Array<string> = []
  for (const part of parts) {
    // a line of base64 that was broken into lines
    if (images.length > 0 && !beginsImage.test(part)) images.push(`${images.pop()}${part}`)
    else images.push(part)
  }
  return images
}

// Addresses, data, digests, and how the base64 of PNG, JPEG, GIF and WebP begins.
const beginsImage = /^(?:https?:|data:|sha256:|iVBOR|\/9j\/|R0lGOD|UklGR)/i

/**
 * The question with the contents of the addresses in its texts, which OCS sends beside them: in their order, and only of those
 * that it could load. `placeholders` are the texts in which it has put `[图片1]` and so on in the places of these; `undefined`
 * where the contents are not those of these addresses.
 */
export const withContents = (
  question: Question,
  contents: ReadonlyArray<string>,
  placeholders: string
): Question | undefined => {
  const loaded = question.images.filter((image) => image._tag === "Address" && !placeholders.includes(image.url))
  if (contents.length === 0 || loaded.length !== contents.length) return undefined
  const contentOf = new Map(loaded.map(({ id }, place) => [id, readImage(contents[place] ?? "")]))
  return {
    ...question,
    images: question.images.map((image) => {
      const content = contentOf.get(image.id)
      return image._tag === "Address" && content?._tag === "Content" ? { ...image, content } : image
    })
  }
}

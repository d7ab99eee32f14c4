import { Option, Schema } from "effect"
import { decodeJson } from "../../platform/decodeJson.ts"
import { shapeFault } from "../../platform/bounds/jsonShape.ts"
import { readImage } from "../images.ts"
import type { Question } from "../Question.ts"
import { limits } from "../question/questionBounds.ts"

/** Images as clients send them. */
export const ImageList = Schema.Union([
  Schema.String,
  Schema.Array(Schema.NullOr(Schema.Union([Schema.String, Schema.Struct({ url: Schema.String })])))
])
type ImageList = typeof ImageList.Type

const decodeImages = decodeJson(ImageList)

/** Images sent in any of their forms, as `makeQuestion` takes them; `undefined` where there are more than there may be. */
export const readImages = (raw: ImageList): ReadonlyArray<string> | undefined => {
  if (typeof raw !== "string") {
    const images = raw.flatMap((image) => (image === null ? [] : typeof image === "string" ? [image] : [image.url]))
    return images.length > limits.images ? undefined : images
  }
  const text = raw.trim()
  if (text === "" || text === "undefined" || text === "null") return []
  if (text.startsWith("[")) {
    if (shapeFault(text, inTextBounds) !== undefined) return undefined
    const list = Option.getOrUndefined(decodeImages(text))
    if (list !== undefined) return readImages(list)
  }
  const lines = linesOf(text)
  if (lines === undefined) return undefined
  const images: Array<Array<string>> = []
  for (const line of lines) {
    const current = images.at(-1)
    // a line of base64 that was broken into lines
    if (current !== undefined && !beginsImage.test(line)) current.push(line)
    else if (images.length === limits.images) return undefined
    else images.push([line])
  }
  return images.map((lines) => lines.join(""))
}

/** A list as text: of texts, or of objects with a `url`. */
const inTextBounds = { depth: 2, values: limits.images * 3, keys: limits.images }

// Base64 that is broken into lines has no shorter ones than these, but for the last.
const shortestLine = 32

/** A text taken apart where images may begin; `undefined` where it is in too many pieces to be images. */
const linesOf = (text: string): ReadonlyArray<string> | undefined => {
  const most = Math.ceil(text.length / shortestLine) + 2 * limits.images
  // Base64 holds no comma, an address may: one parts two only where another image begins.
  const lines: Array<string> = []
  // A run of any length would be gone back over sign by sign, until there is no room left for it.
  for (const part of text.split(/[\s|]{1,64}|,(?=data:|https?:)/, most)) {
    if (part === "") continue
    for (const line of part.includes(":") ? [part] : part.split(",", most)) lines.push(line)
    if (lines.length >= most) return undefined
  }
  return lines
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

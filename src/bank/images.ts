// The images of a question: in its title, in its options, or beside them.
import { hash } from "node:crypto"
import { decodeHTML } from "entities"
import { imageTypeOf, largestImage } from "../platform/SafeFetchType.ts"
import { addressId, contentId, isImageAddress, isSigned, replaceReferences } from "./imageAddress.ts"

/** An image; two are the same one when `id` is: the digest of the bytes, or what the address stands for. */
export type QuestionImage =
  | {
      readonly _tag: "Address"
      readonly id: string
      readonly url: string
      /** What whoever asks has loaded from there: the address may be closed to everyone else. */
      readonly content?: ImageContent
    }
  | ({ readonly _tag: "Content"; readonly id: string } & ImageContent)
  /** Its bytes are not at hand, too many, or of no type that models take. */
  | { readonly _tag: "Digest"; readonly id: string }

/** Bytes of a type that models take. */
export interface ImageContent {
  readonly mediaType: string
  readonly base64: string
}

/** How an image is written down: its address, or the digest of its bytes. */
export const referenceTo = (image: QuestionImage): string => (image._tag === "Address" ? image.url : image.id)

/** Reads an image that comes beside a question: an address, a `data:` URL, bare base64, or a digest. */
export const readImage = (raw: string): QuestionImage | undefined => {
  const text = raw.trim()
  if (text === "" || text === "undefined" || text === "null") return undefined
  if (contentId.test(text)) return { _tag: "Digest", id: text }
  const data = /^data:[^,]{0,200};base64,/i.exec(text)
  if (data !== null) return imageOf(text.slice(data[0].length))
  const id = addressId(text)
  if (id !== undefined) return { _tag: "Address", id, url: text.startsWith("//") ? `https:${text}` : text }
  return /^[\w+/=\s-]+$/.test(text.slice(0, 200)) ? imageOf(text) : { _tag: "Digest", id: digestOf(Buffer.from(text)) }
}

/** Whether a question has the images that a stored one is written down with, and no others. */
export const hasSameImages = (images: ReadonlyArray<QuestionImage>, stored: ReadonlyArray<string> | null): boolean => {
  const wanted = new Set((stored ?? []).flatMap((reference) => readImage(reference)?.id ?? []))
  return wanted.size === images.length && images.every(({ id }) => wanted.has(id))
}

const imageOf = (base64: string): QuestionImage => {
  const bytes = Buffer.from(base64, "base64")
  const [id, mediaType] = [digestOf(bytes), imageTypeOf(bytes)]
  return mediaType === undefined || bytes.length > largestImage
    ? { _tag: "Digest", id }
    : // written anew, for senders break lines and use the alphabet of URLs
      { _tag: "Content", id, mediaType, base64: bytes.toString("base64") }
}

const digestOf = (bytes: Buffer): string => `sha256:${hash("sha256", bytes, "base64url")}`

const beginsInline = /data:image\/[\w.+-]{1,40}(?:;[\w=.-]{1,40}){0,4};base64,[\w+/=-]/i
const inline = /data:image\/[\w.+-]{1,40}(?:;[\w=.-]{1,40}){0,4};base64,[\w+/=-]+/gi
const source = /<img\b[^<>]*?\bsrc\s*=\s*["']?((?:https?:)?\/\/[^"'\s<>]+)[^<>]*>/gi
const notAscii = /[^\x20-\x7e]/

/** Whether a text as sent holds image content. */
export const holdsContent = (raw: string): boolean => raw.includes("base64,") && beginsInline.test(raw)

/** Gathers the images of one question while its texts are read. */
export const makeImageReader = () => {
  const images = new Map<string, QuestionImage>()
  const add = (image: QuestionImage | undefined) => {
    // content says more than its digest, or an address that was there before
    if (image !== undefined && (image._tag === "Content" || !images.has(image.id))) images.set(image.id, image)
  }
  return {
    /** Adds an image that comes beside the question. */
    add,
    /** The text as sent with short names for what it holds of image content, which may be megabytes. */
    cut: (raw: string): string => {
      const text = raw.includes("base64,")
        ? raw.replace(inline, (url) => {
            const image = readImage(url)
            add(image)
            return image === undefined ? "" : referenceTo(image)
          })
        : raw
      if (!text.includes("<")) return text
      return text.replace(source, (tag, address: string) => {
        const written = notAscii.test(address) ? (URL.parse(address, "https://localhost")?.href ?? address) : address
        add(readImage(decodeHTML(written)))
        return written === address ? tag : tag.replace(address, () => written)
      })
    },
    /** Adds the images that a plain text names by their addresses: of image files, or a signed one that is the whole text. */
    scan: (plain: string): void => {
      replaceReferences(plain, (id, literal) => {
        const isImage = isImageAddress(literal) || (literal === plain && isSigned(literal))
        if (contentId.test(id) || (/^https?:/i.test(literal) && isImage)) add(readImage(literal))
        return undefined
      })
    },
    images: (): ReadonlyArray<QuestionImage> => [...images.values()],
    has: (id: string): boolean => images.has(id)
  }
}

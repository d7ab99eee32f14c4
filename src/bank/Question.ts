import { hash } from "node:crypto"
import { replaceReferences, tokenOf } from "./imageAddress.ts"
import { holdsContent, makeImageReader, type QuestionImage, readImage, referenceTo } from "./images.ts"
import { judgementOf } from "./judgement.ts"
import { normaliseTitle, optionKey, plainText } from "./normalise.ts"
import { type QuestionType, type TypeClass, typeClassOf } from "./QuestionType.ts"

/**
 * A question as asked. Two questions are the same one when `key` is equal: type class, normalised title and the sorted
 * normalised option texts; the order of the options does not matter, their texts do. Images count where they stand in the
 * texts, and those beside the question in their order: by address (see `addressId`) or by the digest of their bytes.
 */
export interface Question {
  /** The title as given, as plain text. */
  readonly title: string
  /** The option texts in the order given, letters stripped. */
  readonly options: ReadonlyArray<string>
  /** Places of the options that were sent with image content in them, of which `options` has the digest. */
  readonly cutOptions: ReadonlyArray<number>
  readonly type: QuestionType
  readonly typeClass: TypeClass
  /** Number of blanks that the title shows: `____`, `（ ）`. */
  readonly blanks: number
  /** Those in the title, in the options, and beside them, each once, in this order. */
  readonly images: ReadonlyArray<QuestionImage>
  /** Digest of the normalised title and the images beside the question, 43 characters. */
  readonly titleKey: string
  /** Digest of the sorted option texts; empty without options, and for judgements, whose pair says nothing. */
  readonly optionsKey: string
  readonly key: string
}

/**
 * Makes a question of what a client sent: the options still may carry their letters (`A. …`). `images` are addresses,
 * `data:` URLs, base64 or what `imageReferences` wrote down; one that a text names already is the same one.
 */
export const makeQuestion = (input: {
  readonly title: string
  readonly options: ReadonlyArray<string>
  readonly type: QuestionType
  readonly images?: ReadonlyArray<string>
}): Question => {
  const reader = makeImageReader()
  const title = plainText(reader.cut(input.title))
  const sent: Array<string> = []
  const cutOptions: Array<number> = []
  for (const raw of input.options) {
    const option = plainText(reader.cut(raw))
    if (option === "") continue
    if (holdsContent(raw)) cutOptions.push(sent.length)
    sent.push(option)
  }
  const options = stripLetters(sent)
  const type = inferType(input.type, options)
  const typeClass = typeClassOf(type)
  reader.scan(title)
  for (const option of options) reader.scan(option)
  const beside = (input.images ?? []).flatMap((raw) => readImage(raw) ?? [])
  for (const image of beside) reader.add(image)
  const images = reader.images()
  const named = new Set<string>()
  const withTokens = (text: string): string =>
    images.length === 0
      ? text
      : replaceReferences(text, (id) => {
          if (!reader.has(id)) return undefined
          named.add(id)
          return tokenOf(id)
        })
  const { blanks, key: wording } = normaliseTitle(withTokens(title))
  const optionKeys = options.map((option) => optionKey(withTokens(option)))
  const attached = new Set(beside.flatMap(({ id }) => (named.has(id) ? [] : [tokenOf(id)])))
  const titleDigest = digest([wording, ...attached].join("\n"))
  const optionsDigest = options.length === 0 || typeClass === "judgement" ? "" : digest(optionKeys.sort().join("\n"))
  return {
    title,
    options,
    cutOptions,
    type,
    typeClass,
    blanks,
    images,
    titleKey: titleDigest,
    optionsKey: optionsDigest,
    key: `${typeClass} ${titleDigest} ${optionsDigest}`
  }
}

/**
 * The images of a question as they are stored with it: given to `makeQuestion` with the stored title and options, they
 * make the same key. Bytes are not kept, their digests are.
 */
export const imageReferences = ({ images }: Question): ReadonlyArray<string> => images.map(referenceTo)

const digest = (text: string): string => hash("sha256", text, "base64url")

// Sites call a true/false question single choice, or nothing at all; its two options give it away.
const inferType = (type: QuestionType, options: ReadonlyArray<string>): QuestionType => {
  if (type === "multiple" || type === "essay" || options.length !== 2) return type
  const [first, second] = options.map(judgementOf)
  return first !== undefined && second !== undefined && first !== second ? "judgement" : type
}

const lettered = /^[([]?([A-Z])(?:[.、．:：)\]）】]\s*|\s+)(.*)$/s

/** Strips `A.`, `B、`, `(C)` when every option carries the letter of its place; else they are part of the texts. */
export const stripLetters = (options: ReadonlyArray<string>): ReadonlyArray<string> => {
  const texts: Array<string> = []
  for (const [index, option] of options.entries()) {
    const parts = lettered.exec(option)
    const text = parts?.[2]?.trim() ?? ""
    if (parts?.[1] !== String.fromCharCode(65 + index) || text === "") return options
    texts.push(text)
  }
  return texts
}

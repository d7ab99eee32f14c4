import { hash } from "node:crypto"
import { holdsContent, makeImageReader, type QuestionImage, readImage, referenceTo } from "./images.ts"
import { judgementOf } from "./judgement.ts"
import { plainText, plainTitle } from "./normalise.ts"
import { canonicalQuestion } from "./question/canonicalQuestion.ts"
import { stripLetters } from "./question/optionList.ts"
import { withoutIdleOptions } from "./question/idleOptions.ts"
import { type QuestionType, type TypeClass, typeClassOf } from "./QuestionType.ts"

/**
 * A question as asked. Two questions are the same one when `key` is equal: type class, normalised title and the sorted
 * normalised option texts; the order of the options does not matter, their texts do. Images count where they stand in the
 * texts, and those beside the question in their order: by address (see `addressId`) or by the digest of their bytes.
 *
 * Title and options are the asker's own. A model sees `shownQuestion`, which is the same for all questions of one key.
 */
export interface Question {
  /** The title as given, as plain text; in lines where these mean something. */
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
  /** Digest of the option texts, sorted unless they speak of their places; empty without options, and for the pair of a judgement. */
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
  const title = plainTitle(reader.cut(input.title))
  const sent: Array<string> = []
  const cutOptions: Array<number> = []
  for (const raw of input.options) {
    const option = plainText(reader.cut(raw))
    if (option === "") continue
    if (holdsContent(raw)) cutOptions.push(sent.length)
    sent.push(option)
  }
  const options = withoutIdleOptions(stripLetters(sent), input.type)
  reader.scan(title)
  for (const option of options) reader.scan(option)
  for (const raw of input.images ?? []) {
    const image = readImage(raw)
    if (image !== undefined) reader.add(image)
  }
  const images = reader.images()
  const said = inferType(input.type, options)
  const canonical = canonicalQuestion({ title, options, images, type: said })
  const type = said === "unknown" ? typeNamed(canonical.kind, options) : said
  const typeClass = typeClassOf(type)
  const counts = type === said ? canonical : canonicalQuestion({ title, options, images, type })
  const titleDigest = digest([counts.wording, ...counts.beside].join("\n"))
  const texts = counts.isOrdered ? counts.options : [...counts.options].sort()
  const optionsDigest = texts.length === 0 ? "" : digest(texts.join("\n"))
  return {
    title,
    options,
    cutOptions: options.length === sent.length ? cutOptions : [],
    type,
    typeClass,
    blanks: counts.blanks,
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

/** The type that the title's own clutter names (`【多选题】`), where it goes with the options. */
const typeNamed = (kind: QuestionType | undefined, options: ReadonlyArray<string>): QuestionType => {
  switch (kind) {
    case "single":
    case "multiple":
      return options.length > 0 ? kind : "unknown"
    // Not an essay: it is of the class of blanks, and a model is asked for it in another way.
    case "judgement":
    case "completion":
      return options.length === 0 ? kind : "unknown"
    default:
      return "unknown"
  }
}

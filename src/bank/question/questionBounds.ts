// How much a question may hold, looked at before anything of it is decoded, split or normalised: far above real ones, and what keeps each
// step of the work under a few milliseconds.
import { Predicate } from "effect"
import { countUpTo } from "../../platform/bounds/readForm.ts"

/** The most of each; characters are those of words, and not of images that stand between them. */
export const limits = {
  titleCharacters: 20_000,
  options: 200,
  /** Of all options together. */
  optionCharacters: 100_000,
  /** Beside the texts, or in one of them. */
  images: 32,
  /** Addresses in all texts together. */
  addresses: 300,
  /** Parameters of a form. */
  parameters: 64
}

/** What a question has too much of. */
export type BeyondBounds =
  | { readonly _tag: "TitleTooLong"; readonly length: number }
  | { readonly _tag: "TooManyOptions" }
  | { readonly _tag: "OptionsTooLong"; readonly length: number }
  | { readonly _tag: "TooManyImages" }
  | { readonly _tag: "TooManyAddresses" }

/** What of a question, in any of the forms in which it may be sent, goes beyond its bounds; of another form than a question's nothing. */
export const beyondBounds = (input: unknown): BeyondBounds | undefined => {
  if (!Predicate.isObject(input)) return undefined
  const { images, options, question, suggestion_options: otherOptions, suggestion_title: otherTitle, title } = input
  if (Array.isArray(images) && images.length > limits.images) return { _tag: "TooManyImages" }
  const titles = [title, question, otherTitle].map(measure)
  const [listed, others] = [measureOptions(options), measureOptions(otherOptions)]
  if (listed === undefined || others === undefined) return { _tag: "TooManyOptions" }
  const all = [...titles, listed, others]
  if (all.some(({ images }) => images > limits.images)) return { _tag: "TooManyImages" }
  const long = titles.find(({ length }) => length > limits.titleCharacters)
  if (long !== undefined) return { _tag: "TitleTooLong", length: long.length }
  const longer = [listed, others].find(({ length }) => length > limits.optionCharacters)
  if (longer !== undefined) return { _tag: "OptionsTooLong", length: longer.length }
  return all.reduce((count, { addresses }) => count + addresses, 0) > limits.addresses
    ? { _tag: "TooManyAddresses" }
    : undefined
}

interface Measure {
  /** Characters of words, as many as they are in the form in which they are compared. */
  readonly length: number
  readonly images: number
  readonly addresses: number
}

const nothing: Measure = { length: 0, images: 0, addresses: 0 }

/** Of all options together; `undefined` where they are too many. */
const measureOptions = (options: unknown): Measure | undefined => {
  if (typeof options === "string") {
    // What ends no option: blank lines, and those around each.
    const lines = limits.options * 4
    const isSplit = countUpTo(options, "\n", lines) >= lines || countUpTo(options, "###", lines) >= lines
    return isSplit ? undefined : measure(options)
  }
  if (!Predicate.isObjectOrArray(options)) return nothing
  const texts: ReadonlyArray<unknown> = Object.values(options)
  if (texts.length > limits.options) return undefined
  return texts.map(measure).reduce(
    (all, one) => ({
      length: all.length + one.length,
      images: all.images + one.images,
      addresses: all.addresses + one.addresses
    }),
    nothing
  )
}

const mark = ";base64,"
const content = /[\w+/=-]*/y
// One character that is many in NFKC: ﷺ is 18, ㌖ six.
const wide = /[\u3300-\u33ff\ufdf0-\ufdfc]/g
const widthOf = (char: string): number => (char === "\ufdfa" ? 18 : 8)

/** Measures a text; of images and addresses no more are counted than one more than there may be. */
const measure = (text: unknown): Measure => {
  if (typeof text !== "string") return nothing
  let images = 0
  let inImages = 0
  for (let at = text.indexOf(mark); at >= 0 && images <= limits.images; at = text.indexOf(mark, content.lastIndex)) {
    content.lastIndex = at + mark.length
    content.test(text)
    inImages += content.lastIndex - at
    images++
  }
  const words = text.length - inImages
  // Nothing of what is too long already is looked at.
  if (words > limits.optionCharacters) return { ...nothing, length: words, images }
  let width = 0
  for (const [char] of text.matchAll(wide)) width += widthOf(char) - 1
  return { length: words + width, images, addresses: countUpTo(text, "//", limits.addresses + 1) }
}

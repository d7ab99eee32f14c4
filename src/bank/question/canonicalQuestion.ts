// What counts of a question: its key is made of this, and a model is shown nothing else.
import { replaceReferences, tokenOf, withoutRepeatedTokens } from "../imageAddress.ts"
import type { QuestionImage } from "../images.ts"
import { judgementOf } from "../judgement.ts"
import { normaliseTitle, optionText, plainText, unified } from "../normalise.ts"
import { type QuestionType, typeClassOf } from "../QuestionType.ts"

/** The texts of a question as they count, images as tokens. */
export interface CanonicalQuestion {
  readonly wording: string
  /** The options' texts in the order given; none of the pair of a judgement, which says nothing. */
  readonly options: ReadonlyArray<string>
  /** Whether an option names another by its letter, as `A和B都对` does: then their order is a part of the question. */
  readonly isOrdered: boolean
  /** Tokens of the images that no text names, in their order. */
  readonly beside: ReadonlyArray<string>
  /** Number of blanks that the title shows. */
  readonly blanks: number
  /** The kind of question that the title's clutter names. */
  readonly kind: QuestionType | undefined
}

/** Makes it of a question's plain texts; `images` are those of the question in their order. */
export const canonicalQuestion = (question: {
  readonly title: string
  readonly options: ReadonlyArray<string>
  readonly images: ReadonlyArray<QuestionImage>
  readonly type: QuestionType
}): CanonicalQuestion => {
  const { images, title, type } = question
  const typeClass = typeClassOf(type)
  const options =
    typeClass === "judgement" && question.options.every((option) => judgementOf(option) !== undefined)
      ? []
      : question.options
  const known = new Set(images.map(({ id }) => id))
  const named = new Set<string>()
  const withTokens = (text: string): string =>
    images.length === 0
      ? text
      : withoutRepeatedTokens(
          replaceReferences(text, (id) => {
            if (!known.has(id)) return undefined
            named.add(id)
            return tokenOf(id)
          })
        )
  const asks = typeClass === "text" || (typeClass === "any" && options.length === 0) ? "text" : "choice"
  const { blanks, key: wording, kind } = normaliseTitle(withTokens(title), asks)
  const texts = textsOf(options.map(withTokens))
  return {
    wording,
    options: texts,
    isOrdered: speakOfPlaces(texts),
    beside: [...new Set(images.flatMap(({ id }) => (named.has(id) ? [] : [tokenOf(id)])))],
    blanks,
    kind
  }
}

/** The options as they count; where that would make two of them one, with more of what tells them apart. */
const textsOf = (options: ReadonlyArray<string>): ReadonlyArray<string> => {
  const texts = options.map(optionText)
  if (texts.every((text, at) => texts.indexOf(text) === at)) return texts
  const different = new Set(options).size
  if (new Set(texts).size === different) return texts
  const closer = options.map(unified)
  return new Set(closer).size === different ? closer : options.map(plainText)
}

const byLetter =
  /^(?:[Bb]oth |[Nn]either |[Ee]ither |选项|答案)?\(?[A-H]\)?(?:\s*(?:,|和|与|及|或|&|and|or|nor)\s*\(?[A-H]\)?)+(?![A-Za-z])|^(?:选项)?[A-H]{1,4}(?:都|均|皆|两者|三者|选项)|(?:选项|答案)[A-H]|\b[Oo]ptions? [A-H]\b/

/** Whether one of the options names another by its letter. */
export const speakOfPlaces = (options: ReadonlyArray<string>): boolean =>
  options.some((option) => byLetter.test(option))

import { hash } from "node:crypto"
import { judgementOf } from "./judgement.ts"
import { normaliseTitle, optionKey, plainText } from "./normalise.ts"
import { type QuestionType, type TypeClass, typeClassOf } from "./QuestionType.ts"

/**
 * A question as asked. Two questions are the same one when `key` is equal: type class, normalised title and the sorted
 * normalised option texts; the order of the options does not matter, their texts do.
 */
export interface Question {
  /** The title as given, as plain text. */
  readonly title: string
  /** The option texts in the order given, letters stripped. */
  readonly options: ReadonlyArray<string>
  readonly type: QuestionType
  readonly typeClass: TypeClass
  /** Number of blanks that the title shows: `____`, `（ ）`. */
  readonly blanks: number
  /** Digest of the normalised title, 43 characters. */
  readonly titleKey: string
  /** Digest of the sorted option texts; empty without options, and for judgements, whose pair says nothing. */
  readonly optionsKey: string
  readonly key: string
}

/** Makes a question of what a client sent: the options still may carry their letters (`A. …`). */
export const makeQuestion = (input: {
  readonly title: string
  readonly options: ReadonlyArray<string>
  readonly type: QuestionType
}): Question => {
  const title = plainText(input.title)
  const options = stripLetters(input.options.map(plainText).filter((option) => option !== ""))
  const type = inferType(input.type, options)
  const typeClass = typeClassOf(type)
  const { blanks, key: wording } = normaliseTitle(title)
  const titleDigest = digest(wording)
  const optionsDigest =
    options.length === 0 || typeClass === "judgement" ? "" : digest(options.map(optionKey).sort().join("\n"))
  return {
    title,
    options,
    type,
    typeClass,
    blanks,
    titleKey: titleDigest,
    optionsKey: optionsDigest,
    key: `${typeClass} ${titleDigest} ${optionsDigest}`
  }
}

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

// From the parts of an answer, one for each tick or blank, to texts in the words of the question.
import { withoutImageNames } from "../imagesShown.ts"
import { judgementOf } from "../judgement.ts"
import { plainText } from "../normalise.ts"
import type { Question } from "../Question.ts"
import { isLinesOfOption } from "./linesOfOption.ts"
import { type Places, placesInAll, type ReadingRules } from "./placesIn.ts"
import { valueSaid } from "./valueSaid.ts"

/**
 * Why no answer to the question can be read in what was said:
 * - `Nothing`: it holds no answer, or says that there is none;
 * - `NoOption`: it names none of the options, or something beside them;
 * - `Several`: it names several options of a single choice;
 * - `LetterWithoutOptions`: it is a letter, and the question has no options;
 * - `OtherBlanks`: it has other parts than the title has blanks;
 * - `NeitherRightNorWrong`: a judgement that says neither.
 */
export type Unreadable =
  | "Nothing"
  | "NoOption"
  | "Several"
  | "LetterWithoutOptions"
  | "OtherBlanks"
  | "NeitherRightNorWrong"

/** What an answer says about a question. */
export type Reading =
  | {
      readonly _tag: "Read"
      /**
       * In the question's own words: texts of its options in the order of the page; in the order said, with repeats, where that
       * carries meaning (blanks with a list of words, orders, pairs); the plain texts where there are no options. Neighbouring
       * options that are the lines of one are one text.
       */
      readonly texts: ReadonlyArray<string>
      /** Whether a letter or a number alone named an option. */
      readonly by: "text" | "place"
    }
  | {
      readonly _tag: "Unread"
      readonly why: Unreadable
      /** What was said instead, as plain texts. */
      readonly said: ReadonlyArray<string>
    }

export const unread = (why: Unreadable, said: ReadonlyArray<string>): Reading => ({ _tag: "Unread", why, said })
const readAs = (texts: ReadonlyArray<string>, by: "text" | "place" = "text"): Reading => ({ _tag: "Read", texts, by })

/** Reads parts of an answer as they are: nothing around them is taken off but marks. */
export const readParts = (question: Question, given: ReadonlyArray<string>, rules: ReadingRules = {}): Reading => {
  const exact = rules.letters === "places" ? undefined : exactPlaces(question.options, given)
  if (exact !== undefined) return chosen(question, { places: exact, by: "text" }, given)
  const parts = question.images.length === 0 ? given : given.map((part) => withoutImageNames(part, question))
  const said = parts.map(plainText).filter((text) => text !== "")
  if (said.length === 0) return unread("Nothing", said)
  if (question.typeClass === "judgement") return readJudgement(question, said, rules)
  if (question.options.length === 0) return readAs(said)
  const named = parts.filter((part) => plainText(part) !== "")
  const found = placesInAll(question.options, named, rules)
  const reading = found === undefined ? unread("NoOption", said) : chosen(question, found, said)
  const [only = "", ...more] = said
  const mayBeLines = reading._tag === "Unread" && question.type === "single" && more.length === 0
  return mayBeLines && isLinesOfOption(question.options, only) ? readAs(said) : reading
}

/** The places of options that these texts are to the letter: what stored answers mostly are. */
const exactPlaces = (
  options: ReadonlyArray<string>,
  texts: ReadonlyArray<string>
): ReadonlyArray<number> | undefined => {
  if (options.length === 0 || texts.length === 0) return undefined
  const places = texts.map((text) => options.indexOf(text))
  return places.includes(-1) ? undefined : places
}

/** Places as an answer to this question. */
export const chosen = (question: Question, { by, places }: Places, said: ReadonlyArray<string>): Reading => {
  const { options, type } = question
  const textOf = (place: number): string => options[place] ?? ""
  if (type === "single" || type === "judgement") {
    return new Set(places.map(textOf)).size === 1 ? readAs([textOf(places[0] ?? 0)], by) : unread("Several", said)
  }
  return readAs((keepsOrder(question) ? places : [...new Set(places)].sort((a, b) => a - b)).map(textOf), by)
}

/** Whether order and repeats of an answer carry meaning: one part for each blank, place or pair. */
export const keepsOrder = ({ typeClass }: Question): boolean => typeClass === "text" || typeClass === "any"

/** What to say for right or wrong: the option that says it; 正确 or 错误 where there are no options. */
export const judgementText = ({ options }: Question, value: boolean): string | undefined =>
  options.length === 0 ? (value ? "正确" : "错误") : options.find((option) => judgementOf(option) === value)

const readJudgement = (question: Question, said: ReadonlyArray<string>, rules: ReadingRules): Reading => {
  const values = new Set(said.map((text) => valueSaid(text)))
  const [value] = values
  const text = values.size === 1 && value !== undefined ? judgementText(question, value) : undefined
  if (text !== undefined) return readAs([text])
  const found = question.options.length === 0 ? undefined : placesInAll(question.options, said, rules)
  if (found !== undefined) return chosen(question, found, said)
  return unread("NeitherRightNorWrong", said)
}

import type { Question } from "../Question.ts"
import { answerText } from "./answerText.ts"

/** An answer in the form in which it goes to whoever asked. */
export interface WrittenAnswer {
  /** One per tick or blank. */
  readonly texts: ReadonlyArray<string>
  readonly text: string
}

/**
 * Writes an answer of these texts of the question. Where one of them was sent with image content in it, nobody finds the digest
 * that stands for it on a page, and megabytes help nobody: then it is the options' letters, by their places, which every client
 * ticks (`["A","C"]`, as one text `AC`).
 */
export const writeAnswer = (question: Question, texts: ReadonlyArray<string>): WrittenAnswer => {
  const letters = lettersFor(question, texts)
  return letters === undefined ? { texts, text: answerText(texts) } : { texts: letters, text: letters.join("") }
}

const lettersFor = (
  { cutOptions, options }: Question,
  texts: ReadonlyArray<string>
): ReadonlyArray<string> | undefined => {
  const places = texts.map((text) => options.indexOf(text))
  if (!places.some((place) => cutOptions.includes(place))) return undefined
  const letters = places.map(letterOf)
  const isClear =
    places.every((place) => place >= 0 && place < 26) &&
    // a letter that is the text of another option would tick that one
    options.every((option, place) => !letters.includes(option) || option === letterOf(place))
  return isClear ? letters : undefined
}

const letterOf = (place: number): string => String.fromCharCode(65 + place)

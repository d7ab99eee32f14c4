// From an answer as it is stored to the exact texts of the options on the page.
import type { Question } from "./Question.ts"
import { readParts } from "./reading/readParts.ts"

/**
 * The answer in this question's own words, in the order of its options; `undefined` when it does not fit them. Where order and
 * repeats carry meaning (blanks with a list of words, orders, pairs) they stay.
 *
 * An option is met by its text, never by a part of it: `C` does not stand for `C++`. A lone letter stands for a place only
 * where no option has that letter as its text. Without options the texts stay as they are.
 */
export const matchAnswer = (question: Question, answer: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  const reading = readParts(question, answer)
  return reading._tag === "Read" ? reading.texts : undefined
}

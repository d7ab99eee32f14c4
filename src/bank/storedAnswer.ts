// From a row's answer to the texts of the question asked. A row says texts; letters in it are places in a list of options
// that nobody kept, and point at anything on a page that shuffles.
import type { Question } from "./Question.ts"
import type { TypeClass } from "./QuestionType.ts"
import { readParts } from "./reading/readParts.ts"

/**
 * The row's answer in this question's own words; `undefined` where it does not fit them, or where it names places instead of
 * texts: what would be another text if the options stood in another order is no answer of the bank.
 */
export const matchStoredAnswer = (
  question: Question,
  row: { readonly answer: ReadonlyArray<string>; readonly typeClass: TypeClass }
): ReadonlyArray<string> | undefined => {
  const reading = readParts(question, row.answer)
  if (reading._tag === "Unread") return undefined
  const namesPlaces =
    question.options.length === 0 ? row.typeClass !== "text" && row.answer.every(isPlaces) : reading.by === "place"
  return namesPlaces ? undefined : reading.texts
}

/** "B", "ACD", "A,C": letters of options, in the order of the alphabet. `DNA` and `C++` are none. */
const isPlaces = (text: string): boolean => {
  const letters = text.replace(/[\s,，、.。;；#|&和与及]+/g, "")
  return (
    /^[A-H]{1,8}$/.test(letters) && [...letters].every((letter, at) => at === 0 || letter > (letters[at - 1] ?? ""))
  )
}

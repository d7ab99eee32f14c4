// From a row's answer to the texts of the question asked. A row says texts; letters in it are places in a list of options
// that nobody kept, and point at anything on a page that shuffles.
import { matchAnswer } from "./OptionMatch.ts"
import type { Question } from "./Question.ts"
import type { TypeClass } from "./QuestionType.ts"

/**
 * The row's answer in this question's own words; `undefined` where it does not fit them, or where it names places instead of
 * texts: what would be another text if the options stood in another order is no answer of the bank.
 */
export const matchStoredAnswer = (
  question: Question,
  row: { readonly answer: ReadonlyArray<string>; readonly typeClass: TypeClass }
): ReadonlyArray<string> | undefined => {
  const { options } = question
  // Most rows hold the very texts of the page.
  if (row.answer.length === 1 && options.includes(row.answer[0] ?? "")) return row.answer
  const texts = matchAnswer(question, row.answer)
  if (texts === undefined) return undefined
  if (options.length === 0) return row.typeClass !== "text" && row.answer.every(isPlaces) ? undefined : texts
  const elsewhere = matchAnswer({ ...question, options: [...options.slice(1), ...options.slice(0, 1)] }, row.answer)
  return elsewhere !== undefined && isSameSet(texts, elsewhere) ? texts : undefined
}

/** "B", "ACD", "A,C": letters of options, in the order of the alphabet. `DNA` and `C++` are none. */
const isPlaces = (text: string): boolean => {
  const letters = text.replace(/[\s,，、.。;；#|&和与及]+/g, "")
  return (
    /^[A-H]{1,8}$/.test(letters) && [...letters].every((letter, at) => at === 0 || letter > (letters[at - 1] ?? ""))
  )
}

const isSameSet = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean => {
  const [texts, others] = [new Set(one), new Set(other)]
  return texts.size === others.size && [...texts].every((text) => others.has(text))
}

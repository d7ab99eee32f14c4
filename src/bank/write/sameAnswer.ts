import { matchAnswer } from "../OptionMatch.ts"
import { optionKey } from "../normalise.ts"
import type { Question } from "../Question.ts"

/**
 * Whether two answers to a question say the same: by their texts as a person reads them, never by letters, in any order
 * unless each is for a blank of its own.
 */
export const isSameAnswer = (question: Question, one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean => {
  const wordsOf = (answer: ReadonlyArray<string>) => wordsIn(question, answer)
  const [words, others] = [wordsOf(one), wordsOf(other)]
  return words.length === others.length && words.every((word, at) => word === others[at])
}

const wordsIn = (question: Question, answer: ReadonlyArray<string>): ReadonlyArray<string> => {
  const hasBlanks = question.typeClass === "text" || (question.options.length === 0 && question.blanks > 1)
  if (hasBlanks) return answer.map(optionKey)
  const matched = matchAnswer(question, answer)
  // Matched texts are texts of one list of options: `Aa` and `AA` are two of them.
  if (matched !== undefined && question.options.length > 0) return [...new Set(matched)].sort()
  return [...new Set((matched ?? answer).map(optionKey))].sort()
}

import type { AnswerChoices } from "../ReasoningRequest.ts"
import type { AnswerForm } from "../AnswerForm.ts"
import { lastBoxed } from "./boxed.ts"
import { canonicalExpression } from "./expression.ts"
import { foldAnswer, plainAnswer } from "./foldAnswer.ts"
import { optionLabel } from "./optionLabel.ts"
import { readBoolean } from "./readBoolean.ts"
import { readCollection } from "./readCollection.ts"
import { readDate } from "./readDate.ts"
import { readNumber } from "./readNumber.ts"
import { readLetters, readOptions } from "./readOptions.ts"

const longestAnswer = 4000
// Longer ones are explanations, which two threads never word alike.
const longestShort = 200

/**
 * An answer as it is compared with others: sorted letters of options (`AC`), an exact number with its unit (`0.5`, `1000 元`), `true` or
 * `false`, a date, a set, an expression in one form (`2√3`), folded words. Empty where it cannot be compared by rule.
 */
export const normaliseAnswer = (answer: string, form: AnswerForm, choices: AnswerChoices | undefined): string => {
  if (form === "open" || answer.length > longestAnswer) return ""
  const said = lastBoxed(answer) ?? answer
  switch (form) {
    case "option":
      return letters(choices === undefined ? readLetters(said) : readOptions(said, choices))
    case "boolean":
      return String(readBoolean(said) ?? "")
    case "number":
    case "short":
      return valueOrWords(said)
  }
}

const letters = (places: ReadonlyArray<number> | undefined): string =>
  (places ?? []).map(optionLabel).join(places?.every((place) => place < 26) === true ? "" : ",")

/** A number with its unit, a date, several of them, an expression; words where it is none of these. */
const valueOrWords = (said: string): string => {
  const plain = plainAnswer(said)
  return valueOf(said) ?? readCollection(plain, (part) => valueOf(part) ?? wordsOf(part)) ?? wordsOf(said)
}

const valueOf = (said: string): string | undefined => {
  const number = readNumber(said)
  if (number !== undefined) return number.unit === "" ? number.value : `${number.value} ${number.unit}`
  return readDate(foldAnswer(said)) ?? canonicalExpression(withoutName(plainAnswer(said)))
}

// "y = 2x + 1"
const withoutName = (text: string): string => /^[a-z]\s?=\s?([^=]{1,160})$/i.exec(text)?.[1] ?? text

const wordsOf = (said: string): string => {
  const words = plainAnswer(said)
    .replace(/^the (?=\S)/i, "")
    .replace(/ß/g, "ss")
    .replace(/[\p{L}\p{N}]+/gu, foldWord)
  return words.length > longestShort ? "" : words
}

// Case tells symbols and formulas apart (NO and no, NaCl, pH), not words.
const foldWord = (word: string): string => {
  const isSymbol = word.length === 1 || (word.length <= 3 && /^\p{L}.?\p{Lu}/u.test(word))
  const isFormula = word.length <= 10 && /^(?:[A-Z][a-z]?\d*){2,}$/.test(word)
  return isSymbol || isFormula ? word : word.toLowerCase()
}

import type { AnswerChoices } from "../ReasoningRequest.ts"
import type { AnswerForm } from "../AnswerForm.ts"
import { lastBoxed } from "./boxed.ts"
import { foldAnswer } from "./foldAnswer.ts"
import { optionLabel } from "./optionLabel.ts"
import { readBoolean } from "./readBoolean.ts"
import { readNumber } from "./readNumber.ts"
import { readLetters, readOptions } from "./readOptions.ts"

const longestAnswer = 4000
// Longer ones are explanations, which two threads never word alike.
const longestShort = 200

/**
 * An answer as it is compared with others: sorted letters of options (`AC`), an exact number with its unit (`0.5`, `1000 元`), `true` or
 * `false`, folded words. Empty where it cannot be compared by rule.
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
      return numberOrWords(said)
  }
}

const letters = (places: ReadonlyArray<number> | undefined): string =>
  (places ?? []).map(optionLabel).join(places?.every((place) => place < 26) === true ? "" : ",")

// A number that no rule reads ("√2", "twelve") still compares as words.
const numberOrWords = (said: string): string => {
  const number = readNumber(said)
  if (number !== undefined) return number.unit === "" ? number.value : `${number.value} ${number.unit}`
  const words = foldAnswer(said).replace(/^(?:the|an|a) (?=\S)/, "")
  return words.length > longestShort ? "" : words
}

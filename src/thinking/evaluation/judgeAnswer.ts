import { normaliseAnswer } from "../answers/normaliseAnswer.ts"
import { sameAnswers } from "../answers/sameAnswers.ts"
import type { AnswerChoices } from "../ReasoningRequest.ts"
import type { AnswerForm } from "../AnswerForm.ts"
import type { EvaluationProblem } from "./EvaluationProblem.ts"

/** The options of a problem; undefined where it has none. */
export const choicesOf = ({ answer, options, type }: EvaluationProblem): AnswerChoices | undefined =>
  options === undefined || options.length === 0
    ? undefined
    : { options, several: type === "multiple" || Array.isArray(answer) }

/** Whether an answer says what the dataset says. Without options, each answer of a list is right by itself. */
export const isRightAnswer = (problem: EvaluationProblem, given: string): boolean => {
  const choices = choicesOf(problem)
  const form = formOf(problem)
  const normal = (answer: string) => normaliseAnswer(answer, form, choices)
  const expected = [problem.answer].flat().map(String).map(normal)
  const said = normal(given)
  if (said === "") return false
  if (choices !== undefined) return lettersIn(said) === lettersIn(expected.join(","))
  return expected.some((answer) => isSame(answer, said))
}

/** The form of a problem's answer. */
export const formOf = ({ answer, options, type = "" }: EvaluationProblem): AnswerForm => {
  if (options !== undefined && options.length > 0) return "option"
  if (typeof answer === "boolean" || /^(bool|judg|true)/i.test(type)) return "boolean"
  return typeof answer === "number" || type === "number" ? "number" : "short"
}

// "AC" of one text and "A", "C" of two are the same options.
const lettersIn = (normalised: string): string => [...new Set(normalised.match(/[A-Z]|\d+/g))].sort().join(",")

const isSame = (one: string, other: string): boolean => {
  const nameOf = sameAnswers([one, other])
  return nameOf(one) === nameOf(other)
}

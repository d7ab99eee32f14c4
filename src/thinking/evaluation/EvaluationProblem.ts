import { Schema } from "effect"

const Answer = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])

/** A line of a dataset: a question whose answer is known. */
export const EvaluationProblem = Schema.Struct({
  /** The number of its line where it is left out. */
  id: Schema.optionalKey(Schema.Union([Schema.String, Schema.Finite])),
  question: Schema.NonEmptyString,
  /** Letters or texts of options, a number, `true` or `false`, or words; a list where several options are right. */
  answer: Schema.Union([Answer, Schema.NonEmptyArray(Answer)]),
  /** In the order they are shown, without letters. */
  options: Schema.optionalKey(Schema.Array(Schema.String)),
  /** `multiple` where several options may be right; `boolean`, `number` or `short` where the answer alone does not tell. */
  type: Schema.optionalKey(Schema.String)
})
export type EvaluationProblem = typeof EvaluationProblem.Type

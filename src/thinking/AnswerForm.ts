import { Schema } from "effect"

/** What kind of answer a question wants. All but `open` can be compared by rule. */
export const AnswerForm = Schema.Literals(["option", "number", "boolean", "short", "open"])
export type AnswerForm = typeof AnswerForm.Type

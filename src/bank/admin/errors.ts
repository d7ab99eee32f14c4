import { Schema } from "effect"

/** There is no question of this id. */
export class QuestionNotFound extends Schema.TaggedError<QuestionNotFound>()("QuestionNotFound", {
  id: Schema.String
}) {}
/** This question is in the bank already, under another id. */
export class QuestionExists extends Schema.TaggedError<QuestionExists>()("QuestionExists", { id: Schema.String }) {}
/** It is not as it was when whoever changes it read it. */
export class QuestionChanged extends Schema.TaggedError<QuestionChanged>()("QuestionChanged", {
  id: Schema.String,
  /** milliseconds since 1970 */
  updated_at: Schema.Finite
}) {}
/** What is wrong with a question, by field; nothing was changed. */
export class BadQuestion extends Schema.TaggedError<BadQuestion>()("BadQuestion", {
  errors: Schema.Array(Schema.Struct({ path: Schema.String, message: Schema.String }))
}) {}

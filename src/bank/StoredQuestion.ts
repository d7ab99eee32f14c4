import { Schema } from "effect"
import { QuestionType, TypeClass } from "./QuestionType.ts"

/** `q_` and a UUID of version 7: sorts by the time it was made. */
export const QuestionId = Schema.String.pipe(Schema.brand("QuestionId"))
export type QuestionId = typeof QuestionId.Type

/** Where an answer came from in the first place. */
export const AnswerOrigin = Schema.Literals(["starter", "import", "user", "ai"])
export type AnswerOrigin = typeof AnswerOrigin.Type

/** How far an answer is to be trusted; `needs_review` rows wait for a person and are never answered with. */
export const QuestionStatus = Schema.Literals(["trusted", "unverified", "disputed", "needs_review"])
export type QuestionStatus = typeof QuestionStatus.Type

const StringList = Schema.fromJsonString(Schema.Array(Schema.String))

/** A row of the bank. Column names are the field names. */
export const StoredQuestion = Schema.Struct({
  id: QuestionId,
  title_key: Schema.String,
  options_key: Schema.String,
  type_class: TypeClass,
  type: QuestionType,
  title: Schema.String,
  options: StringList,
  answer: StringList,
  source: AnswerOrigin,
  status: QuestionStatus,
  /** 0 to 1 */
  confidence: Schema.Finite,
  provider: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  tags: StringList,
  /** milliseconds since 1970 */
  created_at: Schema.Finite,
  updated_at: Schema.Finite
})
export type StoredQuestion = typeof StoredQuestion.Type

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

const candidateFields = {
  id: QuestionId,
  options_key: Schema.String,
  type_class: TypeClass,
  title: Schema.String,
  answer: StringList,
  source: AnswerOrigin,
  status: QuestionStatus,
  /** 0 to 1 */
  confidence: Schema.Finite,
  /** milliseconds since 1970 */
  updated_at: Schema.Finite
}

/** As much of a row as it takes to answer with it. */
export const CandidateRow = Schema.Struct(candidateFields)
export type CandidateRow = typeof CandidateRow.Type

/** A row of the bank. Column names are the field names. */
export const StoredQuestion = Schema.Struct({
  ...candidateFields,
  title_key: Schema.String,
  type: QuestionType,
  options: StringList,
  provider: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  tags: StringList,
  explanation: Schema.NullOr(Schema.String),
  /** As `imageReferences` writes them down; null without any. */
  images: Schema.NullOr(StringList),
  /** The import job, the pack or the run of the reasoning engine that brought the answer. */
  reference: Schema.NullOr(Schema.String),
  /** How often people said so of the answer as it stands. */
  right_votes: Schema.Finite,
  wrong_votes: Schema.Finite,
  /** milliseconds since 1970 */
  created_at: Schema.Finite
})
export type StoredQuestion = typeof StoredQuestion.Type

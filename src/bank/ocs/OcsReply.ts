import { Schema } from "effect"
import { type Answer } from "../Answers.ts"
import { QuestionType } from "../QuestionType.ts"
import type { Question } from "../Question.ts"
import { foundMessage, noSafeFormMessage, unsavedMessage } from "./messages.ts"
import { writeAnswer } from "./writeAnswer.ts"

/** The reply of the query route, always under HTTP 200. `data` equals `answer`: older clients read `data`. */
export const OcsReply = Schema.Struct({
  /** 1: answered; 0: not, and `msg` says why. It is 0 with `answers`, too, where any form of the answer would tick a wrong option. */
  code: Schema.Literals([1, 0]),
  msg: Schema.String,
  data: Schema.NullOr(Schema.String),
  /** The title as whoever asks has it, whatever row answered. */
  question: Schema.String,
  answer: Schema.NullOr(Schema.String),
  /** The answer's texts, one per tick or blank; letters where an option was sent as image content. */
  answers: Schema.Array(Schema.String),
  type: QuestionType,
  source: Schema.Literals(["memory", "bank", "similar", "ai", "none"]),
  /** The title of the similar question that answered, where a person brought it into the bank. */
  matched: Schema.NullOr(Schema.String),
  /** 0 to 1 */
  confidence: Schema.Finite,
  /** Whether a model, not a person, said so. */
  ai: Schema.Boolean,
  id: Schema.NullOr(Schema.String),
  request_id: Schema.String
}).annotate({ identifier: "OcsReply" })
export type OcsReply = typeof OcsReply.Type

export const foundReply = (question: Question, answer: Answer, requestId: string): OcsReply => {
  const { text, texts } = writeAnswer(question, answer.texts)
  return {
    code: text === undefined ? 0 : 1,
    msg:
      text === undefined
        ? noSafeFormMessage(texts)
        : answer.unsaved === true
          ? unsavedMessage
          : foundMessage[answer.source],
    data: text ?? null,
    question: question.title,
    answer: text ?? null,
    answers: texts,
    type: question.type,
    source: answer.source,
    // What a model was asked is the business of whoever asked it.
    matched: answer.source === "similar" && !answer.ai ? answer.title : null,
    confidence: answer.confidence,
    ai: answer.ai,
    id: answer.unsaved === true ? null : answer.id,
    request_id: requestId
  }
}

/** The reply without an answer. */
export const missReply = (question: Question | undefined, msg: string, requestId: string): OcsReply => ({
  code: 0,
  msg,
  data: null,
  question: question?.title ?? "",
  answer: null,
  answers: [],
  type: question?.type ?? "unknown",
  source: "none",
  matched: null,
  confidence: 0,
  ai: false,
  id: null,
  request_id: requestId
})

// The reply of `adapter-service/search`, the API of tikuAdapter: OCS has a parser for it, and so have other clients, which read other
// parts of it.
import { Schema } from "effect"
import type { QuestionType } from "../QuestionType.ts"
import { outcomeOf } from "./client/chooseForm.ts"
import { clientLines, partsOf } from "./client/lines.ts"
import type { PageQuestion } from "./client/QuizPage.ts"
import type { OcsReply } from "./OcsReply.ts"
import { letterOf, tickedAnswer, writeAnswer } from "./writeAnswer.ts"

const Texts = Schema.Array(Schema.String)

/** What is known of an answer, in every form that a client of this API reads; empty where there is none. */
const AdapterAnswer = Schema.Struct({
  /** The letters of the right options, by their places in the request. */
  answerKey: Texts,
  answerKeyText: Schema.String,
  /** The places of the right options in the request, from 0. */
  answerIndex: Schema.Array(Schema.Int),
  /** The texts, joined by `#`. */
  answerText: Schema.String,
  /** The texts, one per tick or blank. */
  bestAnswer: Texts,
  /** One list per possible answer, in the form that OCS ticks right when it has joined it by `#`. */
  allAnswer: Schema.Array(Texts)
})

export const AdapterReply = Schema.Struct({
  code: Schema.Literals([1, 0]),
  msg: Schema.String,
  plat: Schema.Finite,
  question: Schema.String,
  options: Texts,
  /** As it was sent; else 0 single, 1 multiple, 2 blanks, 3 judgement, 4 essay. */
  type: Schema.Finite,
  answer: AdapterAnswer,
  request_id: Schema.String
}).annotate({ identifier: "AdapterReply" })
export type AdapterReply = typeof AdapterReply.Type

const numberOf: Readonly<Record<QuestionType, number>> = {
  single: 0,
  multiple: 1,
  completion: 2,
  judgement: 3,
  essay: 4,
  unknown: 0
}

const noAnswer: AdapterReply["answer"] = {
  answerKey: [],
  answerKeyText: "",
  answerIndex: [],
  answerText: "",
  bestAnswer: [],
  allAnswer: []
}

/** A reply without an answer in the form of this API. */
export const toAdapterReply = (
  { code, msg, question, request_id, type }: OcsReply,
  asked?: PageQuestion
): AdapterReply => ({
  code,
  msg,
  plat: asked?.page.plat ?? 0,
  question,
  options: asked?.options ?? [],
  type: asked !== undefined && /^\d{1,9}$/.test(asked.page.type) ? Number(asked.page.type) : numberOf[type],
  answer: noAnswer,
  request_id
})

/** The reply with an answer of these texts. */
export const toAdapterAnswer = (reply: OcsReply, asked: PageQuestion, texts: ReadonlyArray<string>): AdapterReply => {
  const { places } = writeAnswer(asked, texts)
  const keys = places.map(letterOf)
  // Letters stand in the place of texts that hold images.
  const isTexts = reply.answers.join("\n") === texts.join("\n")
  return {
    ...toAdapterReply(reply, asked),
    answer: {
      answerKey: keys,
      answerKeyText: keys.join(""),
      answerIndex: places,
      answerText: reply.answers.join("#"),
      bestAnswer: reply.answers,
      allAnswer: reply.answer === null ? [] : [isTexts && isJoinable(asked, texts) ? texts : [reply.answer]]
    }
  }
}

// OCS joins the list by # and takes it apart again.
const isJoinable = (asked: PageQuestion, texts: ReadonlyArray<string>): boolean => {
  const joined = texts.join("#")
  const answer = tickedAnswer(asked, texts)
  return clientLines.every((line) =>
    answer === undefined
      ? partsOf(line, joined).join("\n") === texts.join("\n")
      : outcomeOf(line, answer, joined) === "right"
  )
}

import { Result } from "effect"
import { matchAnswer } from "../OptionMatch.ts"
import { plainText } from "../normalise.ts"
import { makeQuestion, type Question } from "../Question.ts"
import { beyondBounds, limits } from "../question/questionBounds.ts"
import type { QuestionType } from "../QuestionType.ts"
import type { QuestionStatus, StoredQuestion } from "../StoredQuestion.ts"
import { surest } from "../write/confidence.ts"
import { changeTime, cleanTags, imagesOf, statusFor } from "../write/decide.ts"
import { isSameAnswer } from "../write/sameAnswer.ts"
import { BadQuestion } from "./errors.ts"

/** What a person may say of a question. */
export interface QuestionFields {
  readonly title: string
  readonly options: ReadonlyArray<string>
  readonly type: QuestionType
  readonly answer: ReadonlyArray<string>
  readonly explanation: string | null
  readonly tags: ReadonlyArray<string>
  readonly status: QuestionStatus
}

type Fields = { readonly [Name in keyof QuestionFields]?: QuestionFields[Name] | undefined }

/** What of it is more than a question may hold. */
export const withinBounds = (question: Pick<QuestionFields, "options" | "title">): Result.Result<void, BadQuestion> => {
  const beyond = beyondBounds(question)
  switch (beyond?._tag) {
    case undefined:
      return Result.void
    case "TitleTooLong":
      return Result.fail(bad("title", `may have ${limits.titleCharacters} characters`))
    case "TooManyOptions":
      return Result.fail(bad("options", `may be ${limits.options}`))
    case "OptionsTooLong":
      return Result.fail(bad("options", `may have ${limits.optionCharacters} characters in all`))
    case "TooManyAddresses":
      return Result.fail(bad("title", `may hold ${limits.addresses} addresses, the options' included`))
    case "TooManyImages":
      return Result.fail(bad("title", `may hold ${limits.images} images, as the options may`))
  }
}

const bad = (path: string, message: string) => new BadQuestion({ errors: [{ path, message }] })

/** The answer as it is stored: the texts of options where there are any. */
export const storedAnswer = (
  question: Question,
  answer: ReadonlyArray<string>
): Result.Result<ReadonlyArray<string>, BadQuestion> => {
  if (question.title === "") return Result.fail(bad("title", "a title needs more than markup and spaces"))
  const texts = answer.map(plainText).filter((text) => text !== "")
  // Blanks may take the same option twice, in an order that matters.
  const fitting = question.typeClass === "text" && texts.length > 0 ? texts : matchAnswer(question, texts)
  return fitting === undefined ? Result.fail(bad("answer", doesNotFit(question))) : Result.succeed(fitting)
}

const doesNotFit = (question: Question): string =>
  question.typeClass === "judgement"
    ? "must be one of 正确 and 错误, or a word for it"
    : question.options.length === 0
      ? "must have a text"
      : `must be ${question.type === "single" ? "one" : "some"} of the options, by text or letter`

/**
 * A row with these fields changed at `now` (milliseconds since 1970). Another answer is a person's correction: trusted, and
 * never displaced by anything but a person.
 */
export const changeRow = (
  row: StoredQuestion,
  fields: Fields,
  now: number
): Result.Result<StoredQuestion, BadQuestion> => {
  const question = makeQuestion({
    title: fields.title ?? row.title,
    options: fields.options ?? row.options,
    type: fields.type ?? row.type,
    images: row.images ?? []
  })
  const isAsked = fields.title !== undefined || fields.options !== undefined || fields.type !== undefined
  const given = isAsked || fields.answer !== undefined ? storedAnswer(question, fields.answer ?? row.answer) : undefined
  if (given !== undefined && Result.isFailure(given)) return Result.fail(given.failure)
  const answer = given?.success ?? row.answer
  const asked: StoredQuestion = isAsked
    ? {
        ...row,
        title: question.title,
        options: question.options,
        type: question.type,
        images: imagesOf(question),
        title_key: question.titleKey,
        options_key: question.optionsKey,
        type_class: question.typeClass
      }
    : row
  const answered = isSameAnswer(question, row.answer, answer)
    ? { ...asked, answer: isAsked ? answer : row.answer }
    : inPersonsWords(asked, answer)
  const changed: StoredQuestion = {
    ...answered,
    explanation: fields.explanation === undefined ? row.explanation : fields.explanation,
    tags: fields.tags === undefined ? row.tags : cleanTags(fields.tags),
    status: statusFor(answered.source, fields.status ?? answered.status)
  }
  return Result.succeed(isSameRow(row, changed) ? row : { ...changed, updated_at: changeTime(row, now) })
}

const isSameRow = (one: StoredQuestion, other: StoredQuestion): boolean => JSON.stringify(one) === JSON.stringify(other)

/** A row whose answer a person vouches for. */
export const inPersonsWords = (row: StoredQuestion, answer: ReadonlyArray<string>): StoredQuestion => ({
  ...row,
  answer,
  source: "user",
  status: "trusted",
  confidence: surest,
  provider: null,
  model: null,
  reference: null,
  right_votes: 0,
  wrong_votes: 0
})

/** The question that a row is about. */
export const questionOf = ({ images, options, title, type }: StoredQuestion): Question =>
  makeQuestion({ title, options, type, images: images ?? [] })

import { Result, Schema } from "effect"
import { storedAnswer } from "../admin/changeRow.ts"
import { limits } from "../question/questionBounds.ts"
import { makeQuestion } from "../Question.ts"
import { QuestionType } from "../QuestionType.ts"
import type { StoredQuestion } from "../StoredQuestion.ts"
import { keptOptions, keptText } from "../transfer/cells.ts"
import type { QuestionDraft } from "../write/QuestionWriter.ts"
import { identityOf } from "../write/questionRows.ts"
import { longestLine, parsed } from "./PackHeader.ts"

const mostTags = 50
const longestTag = 100
const longestText = 100_000
const mostImages = 100

const Texts = Schema.Array(Schema.String)

/** A question of a pack. */
export const PackLine = Schema.Struct({
  question: Schema.String,
  options: Texts,
  answer: Texts.check(Schema.isMinLength(1)),
  type: QuestionType,
  explanation: Schema.optionalKey(Schema.String),
  images: Schema.optionalKey(Texts),
  tags: Schema.optionalKey(Texts)
})
export type PackLine = typeof PackLine.Type

const isPackLine = Schema.is(PackLine)
const members = new Set(Object.keys(PackLine.fields))

/** Reads a line that is neither the first nor the last; fails with what is wrong with it, in words for its author. */
export const readLine = (text: string): Result.Result<QuestionDraft, string> => {
  const line = parsed(text)
  if (line === undefined) return Result.fail("it is no JSON object")
  const strange = Object.keys(line).find((name) => !members.has(name))
  if (strange !== undefined) return Result.fail(`a question has no member ${JSON.stringify(strange.slice(0, 40))}`)
  return isPackLine(line) ? draftOf(line) : Result.fail("it has not the form of a question with its answer")
}

const lengthOf = (texts: ReadonlyArray<string>): number => texts.reduce((total, text) => total + text.length, 0)

const draftOf = (line: PackLine): Result.Result<QuestionDraft, string> => {
  const { explanation, images = [], options, tags = [], type } = line
  const texts = [line.question, ...options, ...line.answer, explanation ?? "", ...images, ...tags]
  if (texts.some((text) => text.includes("\0") || !text.isWellFormed())) {
    return Result.fail("it holds characters that no text has")
  }
  if (line.question.length > limits.titleCharacters) {
    return Result.fail(`the question is longer than ${limits.titleCharacters} characters`)
  }
  if (options.length > limits.options || lengthOf(options) > limits.optionCharacters) {
    return Result.fail(`there are more than ${limits.options} options or ${limits.optionCharacters} characters in them`)
  }
  if (lengthOf(line.answer) > longestText || lengthOf([explanation ?? ""]) > longestText) {
    return Result.fail(`the answer or the explanation is longer than ${longestText} characters`)
  }
  if (images.length > mostImages || lengthOf(images) > longestText) return Result.fail("there are too many images")
  if (tags.length > mostTags || tags.some((tag) => tag.length > longestTag)) {
    return Result.fail(`there are more than ${mostTags} tags, or one of more than ${longestTag} characters`)
  }
  const question = makeQuestion({ title: line.question, options, type, images })
  const answer = storedAnswer(question, line.answer)
  if (Result.isFailure(answer)) {
    return Result.fail(answer.failure.errors.map(({ message, path }) => `the ${path} ${message}`).join("; "))
  }
  return Result.succeed({
    question,
    answer: answer.success,
    ...(explanation === undefined ? {} : { explanation }),
    ...(tags.length === 0 ? {} : { tags })
  })
}

/** A row of the bank as a line of a pack, without its end; `undefined` where no line would be read as this row. */
export const lineOf = (row: StoredQuestion): string | undefined => {
  const line = JSON.stringify({
    question: keptText(row.title),
    options: keptOptions(row.options),
    answer: row.answer.map(keptText),
    type: row.type,
    ...(row.explanation === null ? {} : { explanation: row.explanation }),
    ...(row.images === null ? {} : { images: row.images }),
    ...(row.tags.length === 0 ? {} : { tags: row.tags })
  })
  if (Buffer.byteLength(line) >= longestLine) return undefined
  const read = Result.getOrUndefined(readLine(line))
  const identity = read && {
    title_key: read.question.titleKey,
    options_key: read.question.optionsKey,
    type_class: read.question.typeClass
  }
  return identity !== undefined && identityOf(identity) === identityOf(row) ? line : undefined
}

import { Predicate, Result, Schema } from "effect"
import { limits } from "../ocs/OcsRequest.ts"
import { optionKey, plainText } from "../normalise.ts"
import { matchAnswer } from "../OptionMatch.ts"
import { makeQuestion, type Question } from "../Question.ts"
import { parseQuestionType } from "../QuestionType.ts"
import { AnswerOrigin, QuestionStatus } from "../StoredQuestion.ts"
import type { QuestionDraft } from "../write/QuestionWriter.ts"
import { readJsonList, readOptionsCell, readTagsCell } from "./cells.ts"
import type { RowFields } from "./SourceRow.ts"

const mostTags = 50
const longestTag = 100
const longestText = 100_000

const isOrigin = Schema.is(AnswerOrigin)
const isStatus = Schema.is(QuestionStatus)

/** What a row means as a question with its answer; fails with what is wrong with it, in words for its author. */
export const understand = (fields: RowFields): Result.Result<QuestionDraft, string> => {
  const { sheet } = fields
  return sheet === undefined
    ? questionOf(fields)
    : Result.mapError(questionOf(fields), (problem) => inSheet(sheet, problem))
}

/** What is wrong in a sheet, where a file has several: a row's number alone says too little. */
export const inSheet = (sheet: string, problem: string): string => `sheet ${sheet.slice(0, 31)}: ${problem}`

const questionOf = ({ options: columns, values }: RowFields): Result.Result<QuestionDraft, string> => {
  const title = textOf(values.title)
  if (title === undefined) return Result.fail("there is no question")
  if (title.length > limits.titleCharacters) {
    return Result.fail(`the question is too long: ${title.length} characters, at most ${limits.titleCharacters}`)
  }
  const options =
    values.options === undefined ? columns.map(([, value]) => textOf(value) ?? "") : listOf(values.options)
  if (options === undefined) return Result.fail("the options are neither a text nor a list of texts")
  if (options.length > limits.options) {
    return Result.fail(`there are too many options: ${options.length}, at most ${limits.options}`)
  }
  if (options.reduce((total, option) => total + option.length, 0) > limits.optionCharacters) {
    return Result.fail(`the options are too long: at most ${limits.optionCharacters} characters together`)
  }
  const type = values.type
  const question = makeQuestion({
    title,
    options,
    type: parseQuestionType(typeof type === "string" || typeof type === "number" ? type : undefined)
  })
  if (question.title === "") return Result.fail("there is no question")

  const status = isStatus(values.status) ? values.status : undefined
  const answer = readAnswer(question, values.answer, lettersOf(columns, options), status === "needs_review")
  if (Result.isFailure(answer)) return Result.fail(answer.failure)
  const explanation = textOf(values.explanation)
  if (explanation !== undefined && explanation.length > longestText) {
    return Result.fail(`the explanation is too long: ${explanation.length} characters, at most ${longestText}`)
  }
  const tags = values.tags === undefined ? [] : tagsOf(values.tags)
  if (tags === undefined || tags.length > mostTags || tags.some((tag) => tag.length > longestTag)) {
    return Result.fail(`the tags are no list of at most ${mostTags} texts of at most ${longestTag} characters`)
  }
  const confidence = confidenceOf(values.confidence)
  const createdAt = timeOf(values.createdAt)
  return Result.succeed({
    question,
    answer: answer.success,
    ...(explanation === undefined ? {} : { explanation }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(isOrigin(values.source) ? { source: values.source } : {}),
    ...(status === undefined ? {} : { status }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(createdAt === undefined ? {} : { createdAt })
  })
}

const textOf = (value: unknown): string | undefined => {
  if (typeof value === "string") return value === "" ? undefined : value
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined
}

/** A list of texts from a cell, a list, or an object of letters; `undefined` for anything else. */
const listOf = (value: unknown): ReadonlyArray<string> | undefined => {
  if (typeof value === "string") return readOptionsCell(value)
  if (Array.isArray(value)) {
    const texts = value.map(textOfItem)
    return texts.every((text) => text !== undefined) ? texts : undefined
  }
  if (!Predicate.isObject(value)) return undefined
  const letters = Object.keys(value).sort()
  const texts = letters.map((letter) => textOfItem(Reflect.get(value, letter)))
  return texts.every((text) => text !== undefined) ? texts : undefined
}

// {"label": "A", "text": "北京"}
const textOfItem = (item: unknown): string | undefined => {
  if (item === null || item === "") return ""
  if (!Predicate.isObject(item)) return textOf(item)
  return ["text", "content", "value", "option"]
    .map((name) => textOf(Reflect.get(item, name)))
    .find(Predicate.isNotUndefined)
}

const tagsOf = (value: unknown): ReadonlyArray<string> | undefined => {
  if (typeof value === "string") return readTagsCell(value)
  return listOf(value)
    ?.map((tag) => tag.trim())
    .filter((tag) => tag !== "")
}

/** The texts behind the letters where columns are left out (A, B, D), so that a letter means its column. */
const lettersOf = (columns: RowFields["options"], options: ReadonlyArray<string>): ReadonlyMap<string, string> => {
  const filled = columns.filter((_, index) => plainText(options[index] ?? "") !== "")
  if (filled.every(([place], index) => place === index)) return new Map()
  return new Map(filled.map(([place, value]) => [String.fromCharCode(65 + place), textOf(value) ?? ""]))
}

const readAnswer = (
  question: Question,
  raw: unknown,
  letters: ReadonlyMap<string, string>,
  isWaiting: boolean
): Result.Result<ReadonlyArray<string>, string> => {
  const texts = answerTexts(question, raw)
  if (texts === undefined) return Result.fail("the answer is neither a text nor a list of texts")
  const given = texts.map(plainText).filter((text) => text !== "")
  if (given.length === 0) return Result.fail("there is no answer")
  if (given.reduce((total, text) => total + text.length, 0) > longestText) {
    return Result.fail(`the answer is too long: at most ${longestText} characters`)
  }
  const named = letters.size === 0 ? texts : texts.flatMap((text) => textsOfLetters(plainText(text), letters))
  const matched =
    textsOfCapitals(question, named) ??
    matchAnswer(question, named) ??
    matchAnswer(question, textsOfNumbers(question, named))
  if (matched !== undefined) return Result.succeed(matched)
  // It waits for a person because its answer does not fit.
  if (isWaiting) return Result.succeed(given)
  const shown = given.join(" ").slice(0, 60)
  return Result.fail(
    question.typeClass === "judgement"
      ? `the answer says neither right nor wrong: ${shown}`
      : `the answer fits none of the options: ${shown}`
  )
}

// "B", "ACD": what `matchAnswer` comes to as well, after it has looked for options of these words. It is what most files
// hold, and most of the work.
const textsOfCapitals = (question: Question, [text = "", ...more]: ReadonlyArray<string>) => {
  if (more.length > 0 || question.typeClass === "judgement" || !/^[A-Z]{1,26}$/.test(text)) return undefined
  if (question.type === "single" && text.length > 1) return undefined
  const places = new Set(Array.from(text, (letter) => letter.charCodeAt(0) - 65))
  const isLettersOnly = question.options.every((option) => option.length > text.length + 2)
  if (places.size !== text.length || !isLettersOnly) return undefined
  const texts = [...places].sort((a, b) => a - b).map((place) => question.options[place])
  return new Set(texts).size === places.size && texts.every((found) => found !== undefined) ? texts : undefined
}

const answerTexts = (question: Question, raw: unknown): ReadonlyArray<string> | undefined => {
  if (typeof raw !== "string")
    return raw === undefined || raw === null ? [] : Array.isArray(raw) ? listOf(raw) : one(raw)
  const cell = raw.trim()
  const list = readJsonList(cell)
  if (list !== undefined) return list
  if (cell.includes("###")) return cell.split("###")
  if (question.options.length > 0 || question.blanks < 2) return [cell]
  // One part for each blank, or it is one text that happens to hold the sign.
  for (const separator of [/\r?\n/, /[#|]/, /[;；]/, /[,，、]/]) {
    const parts = cell.split(separator)
    if (parts.length === question.blanks) return parts
  }
  return [cell]
}

const one = (raw: unknown): ReadonlyArray<string> | undefined => {
  const text = textOf(raw)
  return text === undefined ? undefined : [text]
}

const textsOfLetters = (text: string, letters: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const each = [...text.replace(/[\s,，、;；#|]+/g, "")]
  const texts = each.map((letter) => letters.get(letter))
  return each.length > 0 && texts.every((found) => found !== undefined) ? texts : [text]
}

// "2", "1,3": numbers of options, counted from 1, where no option is that number itself.
const textsOfNumbers = (question: Question, given: ReadonlyArray<string>): ReadonlyArray<string> => {
  const keys = new Set(question.options.map(optionKey))
  return given.flatMap((text) => {
    const numbers = text.split(/[\s,，、;；]+/)
    if (!numbers.every((number) => /^\d{1,2}$/.test(number)) || keys.has(optionKey(text))) return [text]
    const texts = numbers.map((number) => question.options[Number(number) - 1])
    return texts.every((found) => found !== undefined) ? texts : [text]
  })
}

const confidenceOf = (value: unknown): number | undefined => {
  if (typeof value !== "string" && typeof value !== "number") return undefined
  const text = String(value).trim()
  const number = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text)
  return text !== "" && number >= 0 && number <= 1 ? number : undefined
}

const timeOf = (value: unknown): number | undefined => {
  const number =
    typeof value === "number" ? value : typeof value === "string" && /^\d{10,13}$/.test(value) ? +value : NaN
  if (number > 0) return Math.round(number < 1e11 ? number * 1000 : number)
  const time = typeof value === "string" ? Date.parse(value) : NaN
  return Number.isNaN(time) || time < 0 ? undefined : time
}

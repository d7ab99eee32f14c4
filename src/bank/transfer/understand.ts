import { Predicate, Result, Schema } from "effect"
import { kindIn, withoutKind } from "../files/kinds.ts"
import type { AnswerStyle } from "../files/meaning/AnswerStyle.ts"
import { type Asked, readAnswer } from "../files/meaning/readAnswers.ts"
import { noOptions, readOptions, type ReadOptions, textOf } from "../files/meaning/readOptions.ts"
import { optionsInTitle } from "../files/meaning/splitOptions.ts"
import { answerInTitle } from "../files/meaning/titleParts.ts"
import * as problems from "../files/problems.ts"
import type { Words } from "../files/Words.ts"
import { optionKey, plainText } from "../normalise.ts"
import { makeQuestion, type Question } from "../Question.ts"
import { stripLetters } from "../question/optionList.ts"
import { limits } from "../question/questionBounds.ts"
import { parseQuestionType, type QuestionType } from "../QuestionType.ts"
import { AnswerOrigin, QuestionStatus } from "../StoredQuestion.ts"
import type { QuestionDraft } from "../write/QuestionWriter.ts"
import { matchAnswer } from "../OptionMatch.ts"
import { readJsonList, readOptionsCell, readTagsCell } from "./cells.ts"
import { inSheet, type RowFields } from "./SourceRow.ts"

const mostTags = 50
const longestTag = 100
const longestText = 100_000

const isOrigin = Schema.is(AnswerOrigin)
const isStatus = Schema.is(QuestionStatus)

/** What a row means as a question with its answer; fails with what is wrong with it, in words for its author. */
export const understand = (fields: RowFields, style: AnswerStyle): Result.Result<QuestionDraft, Words> => {
  const { sheet } = fields
  const read = draftOf(fields, style)
  return sheet === undefined ? read : Result.mapError(read, (problem) => inSheet(sheet, problem))
}

/** The words of a row's question, for who is told of its problem. */
export const titleOf = ({ values }: RowFields): string | undefined => textOf(values.title)

const draftOf = (fields: RowFields, style: AnswerStyle): Result.Result<QuestionDraft, Words> => {
  const { values } = fields
  const title = textOf(values.title)
  if (title === undefined) return Result.fail(problems.noQuestion)
  if (title.length > limits.titleCharacters) return Result.fail(problems.titleTooLong(title.length))
  const options = optionsOf(fields)
  if (options === undefined) return Result.fail(problems.optionsUnread)
  if (options.texts.length > limits.options) return Result.fail(problems.tooManyOptions(options.texts.length))
  if (options.texts.reduce((total, option) => total + option.length, 0) > limits.optionCharacters) {
    return Result.fail(problems.optionsTooLong)
  }
  const status = isStatus(values.status) ? values.status : undefined
  const read =
    fields.isExact === true
      ? readExactly(fields, title, options.texts, status === "needs_review")
      : readForgiving(fields, title, options, style)
  if (Result.isFailure(read)) return Result.fail(read.failure)
  const explanation = textOf(values.explanation)
  if (explanation !== undefined && explanation.length > longestText) {
    return Result.fail(problems.explanationTooLong(explanation.length, longestText))
  }
  const tags = values.tags === undefined ? [] : tagsOf(values.tags)
  if (tags === undefined || tags.length > mostTags || tags.some((tag) => tag.length > longestTag)) {
    return Result.fail(problems.tagsUnread(mostTags, longestTag))
  }
  const confidence = confidenceOf(values.confidence)
  const createdAt = timeOf(values.createdAt)
  return Result.succeed({
    ...read.success,
    ...(explanation === undefined ? {} : { explanation }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(isOrigin(values.source) ? { source: values.source } : {}),
    ...(status === undefined ? {} : { status }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(createdAt === undefined ? {} : { createdAt })
  })
}

interface Read {
  readonly question: Question
  readonly answer: ReadonlyArray<string>
}

/** A row of an export: nothing of it is guessed, every text comes back as it was. */
const readExactly = (
  { values }: RowFields,
  title: string,
  options: ReadonlyArray<string>,
  isWaiting: boolean
): Result.Result<Read, Words> => {
  const question = makeQuestion({ title, options, type: parseQuestionType(textOf(values.type)) })
  if (question.title === "") return Result.fail(problems.noQuestion)
  const texts = answersOfExport(values.answer)
  const given = texts.map(plainText).filter((text) => text !== "")
  if (given.length === 0) return Result.fail(problems.noAnswer)
  const matched = matchAnswer(question, texts)
  if (matched !== undefined) return Result.succeed({ question, answer: matched })
  // It waits for a person because its answer does not fit.
  return isWaiting ? Result.succeed({ question, answer: given }) : Result.fail(problems.answerFitsNone(given.join(" ")))
}

const readForgiving = (
  fields: RowFields,
  given: string,
  options: ReadOptions,
  style: AnswerStyle
): Result.Result<Read, Words> => {
  const named = withoutKind(given)
  const type = typeOf(fields, style) ?? named.kind ?? "unknown"
  const answers = answersOf(fields, options)
  const [first] = answers
  const inTitle = options.texts.some((text) => text.trim() !== "") ? undefined : optionsInTitle(named.title)
  const isSplit = inTitle !== undefined && answers.some((answer) => fits(answer, inTitle.options))
  const bracket = answerInTitle(isSplit ? inTitle.title : named.title)
  const texts = isSplit ? inTitle.options : options.texts
  const isBracketAnswer = bracket !== undefined && answersTitle(bracket.answer, first, style, texts)
  if (bracket?.isPadded === true && !bracket.isJudgement && isOtherLetter(bracket.answer, first)) {
    return Result.fail(problems.answersDiffer(bracket.answer, textOf(first) ?? ""))
  }
  const title = isBracketAnswer ? bracket.title : isSplit ? inTitle.title : named.title
  const question = makeQuestion({ title, options: texts, type })
  if (question.title === "") return Result.fail(problems.noQuestion)
  const said = isBracketAnswer && answers.length === 0 ? [bracket.answer] : answers
  if (said.length === 0) return Result.fail(problems.noAnswer)
  return readAll({ question, labels: labelsOf(options, fields, question), style }, said)
}

/** What all answers of a row come to: those that can be read have to agree. */
const readAll = (asked: Asked, answers: ReadonlyArray<unknown>): Result.Result<Read, Words> => {
  let found: ReadonlyArray<string> | undefined
  let failure: Words | undefined
  for (const answer of answers) {
    const read = readAnswer(asked, answer)
    if (Result.isFailure(read)) failure ??= read.failure
    else if (found === undefined) found = read.success
    else if (keysOf(found) !== keysOf(read.success)) {
      return Result.fail(problems.answersDiffer(found.join(" "), read.success.join(" ")))
    }
  }
  if (found === undefined) return Result.fail(failure ?? problems.noAnswer)
  const { question } = asked
  // Several options, each once, of a question that has not a blank for each: they are ticked.
  const texts = new Set(found)
  const { blanks, options, title } = question
  if (
    question.type !== "unknown" ||
    options.length === 0 ||
    found.length < 2 ||
    texts.size < found.length ||
    blanks > 1
  ) {
    return Result.succeed({ question, answer: found })
  }
  return Result.succeed({
    question: makeQuestion({ title, options, type: "multiple" }),
    answer: options.filter((option) => texts.has(option))
  })
}

const keysOf = (texts: ReadonlyArray<string>): string => texts.map(optionKey).sort().join("\n")

const optionsOf = ({ isExact, options: columns, values, wrong = [] }: RowFields): ReadOptions | undefined => {
  if (isExact === true) {
    const { options } = values
    if (options === undefined) return noOptions
    return typeof options === "string" ? { ...noOptions, texts: readOptionsCell(options) } : readOptions(options)
  }
  if (columns.length > 0) return { ...noOptions, texts: columns.map(([, value]) => textOf(value) ?? "") }
  if (wrong.length === 0) return values.options === undefined ? noOptions : readOptions(values.options)
  // {"correct_answer": "北京", "incorrect_answers": ["上海", "广州"]}
  const right = Array.isArray(values.answer) ? values.answer : [values.answer]
  return readOptions([...right, ...wrong.flat()])
}

/** Every answer that a row gives: of its columns, and of options that are marked as right. */
const answersOf = ({ moreAnswers = [], values }: RowFields, { right, texts }: ReadOptions): ReadonlyArray<unknown> => {
  const marked = right === undefined ? [] : [texts.filter((_, place) => right[place] === true)]
  const named = [values.answer, ...moreAnswers.map(([, value]) => value)]
  return [...named, ...marked].filter(
    (answer) => answer !== undefined && !(Array.isArray(answer) && answer.length === 0)
  )
}

/** Whether an answer is letters of these options, or the text of one. */
const fits = (answer: unknown, options: ReadonlyArray<string>): boolean => {
  const text = plainText(textOf(answer) ?? "")
  const letters = /(?:^|答案[是为:：\s]*)[([（【]?([A-Z](?:[\s,，、;；]*[A-Z])*)[)\]）】.。]?$/
    .exec(text)?.[1]
    ?.replace(/[^A-Z]/g, "")
  if (letters !== undefined) return [...letters].every((letter) => letter.charCodeAt(0) - 65 < options.length)
  const key = optionKey(text)
  return key !== "" && options.some((option) => optionKey(option) === key)
}

const answersTitle = (
  letters: string,
  answer: unknown,
  style: AnswerStyle,
  options: ReadonlyArray<string>
): boolean => {
  if (answer !== undefined) {
    const text = (textOf(answer) ?? "").replace(/[\s,，、]/g, "")
    return style.hasBracketAnswers && text === letters
  }
  return !/^[A-Z]+$/.test(letters) || [...letters].every((letter) => letter.charCodeAt(0) - 65 < options.length)
}

const isOtherLetter = (letters: string, answer: unknown): boolean => {
  const text = (textOf(answer) ?? "").replace(/[\s,，、]/g, "")
  return /^[A-Z]+$/.test(text) && text !== letters
}

const typeOf = ({ kind, values, wrong }: RowFields, { typeOfCode }: AnswerStyle): QuestionType | undefined => {
  const text = textOf(values.type)?.trim() ?? ""
  if (/^\d{1,2}$/.test(text)) return typeOfCode.get(text) ?? (kind === undefined ? undefined : kindIn(kind))
  // One right answer beside wrong ones: "multiple" is multiple choice then.
  if (wrong !== undefined && !Array.isArray(values.answer) && text.toLowerCase() === "multiple") return "single"
  const known = parseQuestionType(text)
  if (known !== "unknown") return known
  return kindIn(text) ?? (kind === undefined ? undefined : kindIn(kind))
}

/** The texts behind the letters or names that a file gives its options, where these are not simply their places. */
const labelsOf = ({ labels, texts }: ReadOptions, { options: columns }: RowFields, question: Question) => {
  const called = new Map<string, string>()
  if (labels !== undefined) {
    const stripped = stripLetters(texts.map(plainText))
    for (const [place, label] of labels.entries()) {
      const text = stripped[place] ?? ""
      if (text === "" || called.has(label.toUpperCase())) continue
      called.set(label.toUpperCase(), text)
    }
    return called
  }
  // Columns that are left out (A, B, D): a letter means its column.
  const filled = columns.filter(([, value]) => plainText(textOf(value) ?? "") !== "")
  if (filled.every(([place], index) => place === index)) return called
  for (const [index, [place]] of filled.entries()) {
    called.set(String.fromCharCode(65 + place), question.options[index] ?? "")
  }
  return called
}

const answersOfExport = (answer: unknown): ReadonlyArray<string> => {
  if (Array.isArray(answer)) return answer.flatMap((text) => textOf(text) ?? [])
  const text = textOf(answer)?.trim()
  if (text === undefined) return []
  return readJsonList(text) ?? text.split("###")
}

const tagsOf = (value: unknown): ReadonlyArray<string> | undefined => {
  if (typeof value === "string") return readTagsCell(value)
  if (!Array.isArray(value)) return undefined
  const tags = value.map(textOf)
  return tags.every(Predicate.isNotUndefined) ? tags.map((tag) => tag.trim()).filter((tag) => tag !== "") : undefined
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

// What the answers of a row say about its question, in the texts of its options.
import { Predicate, Result } from "effect"
import { judgementOf } from "../../judgement.ts"
import { optionKey, plainText } from "../../normalise.ts"
import { matchAnswer } from "../../OptionMatch.ts"
import type { Question } from "../../Question.ts"
import {
  readAnswer as readBankAnswer,
  type Reading as BankReading,
  type ReadingRules
} from "../../reading/readAnswer.ts"
import { readJsonList } from "../../transfer/cells.ts"
import * as problems from "../problems.ts"
import type { Words } from "../Words.ts"
import { type AnswerStyle, numbersOf } from "./AnswerStyle.ts"
import { textOf, truthOf } from "./readOptions.ts"

/** A question with what is needed to read its answers. */
export interface Asked {
  readonly question: Question
  /** The texts that letters, numbers or ids call, where the file names its options itself. */
  readonly labels: ReadonlyMap<string, string>
  readonly style: AnswerStyle
}

type Reading = Result.Result<ReadonlyArray<string>, Words>

const longestText = 100_000

/** The texts that an answer, as a cell or a JSON value, comes to; fails with what is wrong with it. */
export const readAnswer = (asked: Asked, raw: unknown): Reading => {
  const { question } = asked
  if (typeof raw === "boolean" && question.typeClass !== "judgement" && question.options.length > 0) {
    return Result.fail(problems.answerFitsNone(String(raw)))
  }
  const numbers = question.options.length > 0 ? numbersOf(raw) : undefined
  if (numbers !== undefined) return readNumbers(asked, numbers, shownOf(raw))
  const parts = partsOf(question, raw)
  if (Result.isFailure(parts)) return Result.fail(parts.failure)
  const given = parts.success.map(plainText).filter((text) => text !== "")
  if (given.length === 0) return Result.fail(problems.noAnswer)
  if (given.reduce((total, text) => total + text.length, 0) > longestText) {
    return Result.fail(problems.answerTooLong(longestText))
  }
  const letters = lettersOf(given)
  if (letters !== undefined) {
    const read = readLetters(asked, letters, given)
    if (read !== undefined) return read
  }
  const isCell = typeof raw === "string" && question.options.length > 0
  const called = given.map((text) => asked.labels.get(text) ?? text)
  const isCalled = called.some((text, at) => text !== given[at])
  const reading = readBankAnswer(question, isCell && !isCalled ? raw : called, rulesOf(asked))
  if (reading._tag === "Unread") return Result.fail(whyNot(question, reading, given, letters))
  const isNumber = reading.by === "place" && !/[A-Za-zＡ-Ｚａ-ｚ]/.test(given.join(""))
  if (isNumber && typeof asked.style.firstNumber !== "number")
    return Result.fail(problems.numberUnclear(given.join(" ")))
  return Result.succeed(reading.texts)
}

const rulesOf = ({ labels, question, style }: Asked): ReadingRules => ({
  letters: style.letters === "places" ? "places" : "texts",
  ...(typeof style.firstNumber === "number" ? { firstNumber: style.firstNumber } : {}),
  ...(labels.size === 0
    ? {}
    : {
        placeOfLetter: new Map(
          [...labels].flatMap(([label, text]) => {
            const place = question.options.indexOf(text)
            return /^[A-Z]$/.test(label) && place >= 0 ? [[label, place] as const] : []
          })
        )
      })
})

const shownOf = (raw: unknown): string => (typeof raw === "string" ? raw : JSON.stringify(raw))

const whyNot = (
  question: Question,
  { why }: Extract<BankReading, { _tag: "Unread" }>,
  given: ReadonlyArray<string>,
  letters: string | undefined
): Words => {
  const shown = given.join(" ")
  if (why === "Several") return problems.severalForSingle(shown)
  if (why === "LetterWithoutOptions") return problems.letterWithoutOptions(shown)
  if (why === "OtherBlanks") return problems.otherBlanks(shown, question.blanks)
  if (question.typeClass === "judgement") return problems.neitherRightNorWrong(shown)
  return letters !== undefined && question.options.length > 0
    ? problems.letterBeyondOptions(shown, question.options.length)
    : problems.answerFitsNone(shown)
}

/** The parts of an answer: of a list, an object, or one cell that holds several. */
const partsOf = (question: Question, raw: unknown): Result.Result<ReadonlyArray<string>, Words> => {
  if (raw === undefined || raw === null) return Result.succeed([])
  if (Array.isArray(raw)) return partsOfList(question, raw)
  if (Predicate.isObject(raw)) return partsOfObject(question, raw)
  const text = textOf(raw)
  if (text === undefined) return Result.fail(problems.answerUnread)
  const cell = text.trim()
  const list = readJsonList(cell)
  if (list !== undefined) return Result.succeed(list)
  if (cell.includes("###")) return Result.succeed(cell.split("###"))
  if (question.options.length > 0) return Result.succeed(/[\r\n]/.test(cell) ? cell.split(/[\r\n]+/) : [cell])
  return Result.succeed(partsOfText(question, cell))
}

const partsOfText = (question: Question, cell: string): ReadonlyArray<string> => {
  if (question.type === "multiple" && /[\r\n]/.test(cell)) return cell.split(/[\r\n]+/)
  // 【填空题】…: 子#丑
  if (question.type === "completion" && /^[^#]+(?:#[^#]+)+$/.test(cell)) return cell.split("#")
  // One part for each blank, or it is one text that happens to hold the sign.
  if (question.blanks < 2) return [cell]
  for (const separator of [/\r?\n/, /[#|]/, /[;；]/, /[,，、]/, /\s{2,}|\t/]) {
    const parts = cell.split(separator)
    if (parts.length === question.blanks) return parts
  }
  return [cell]
}

const partsOfList = (question: Question, list: ReadonlyArray<unknown>): Result.Result<ReadonlyArray<string>, Words> => {
  const texts = list.map(textOf)
  if (texts.every((text) => text !== undefined)) return Result.succeed(texts)
  if (list.every((item) => Array.isArray(item))) {
    const inner = list.map((item) => partsOfList(question, item))
    const read = inner.flatMap((some) => (Result.isSuccess(some) ? [some.success] : []))
    const [first = []] = read
    if (read.length !== inner.length) return Result.fail(problems.answerUnread)
    // one wording of each blank, the same answer from several banks, or a list of one each
    if (question.blanks > 1 && read.length === question.blanks) return Result.succeed(read.map(([text = ""]) => text))
    if (areSame(read)) return Result.succeed(first)
    return read.every((some) => some.length === 1) ? Result.succeed(read.flat()) : Result.fail(problems.partsUnclear)
  }
  const items = list.map((item) => (Predicate.isObject(item) ? textOfObject(item) : textOf(item)))
  return items.every((text) => text !== undefined) ? Result.succeed(items) : Result.fail(problems.answerUnread)
}

const areSame = (lists: ReadonlyArray<ReadonlyArray<string>>): boolean =>
  new Set(lists.map((texts) => texts.map(optionKey).sort().join("\n"))).size === 1

const textOfObject = (object: object): string | undefined =>
  ["text", "content", "answer", "value", "label", "title", "name", "key", "option", "answerText", "answerContent"]
    .map((name) => textOf(Reflect.get(object, name)))
    .find(Predicate.isNotUndefined)

// The reply of another bank, or {"A": true, "B": false}.
const partsOfObject = (question: Question, object: object): Result.Result<ReadonlyArray<string>, Words> => {
  for (const name of [
    "bestAnswer",
    "answerText",
    "answerKeyText",
    "text",
    "answer",
    "answers",
    "content",
    "value",
    "allAnswer",
    "answerKey"
  ]) {
    const value: unknown = Reflect.get(object, name)
    if (value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0)) {
      return partsOf(question, value)
    }
  }
  const entries = Object.entries(object)
  const truths = entries.map(([name, value]) => [name, truthOf(value)] as const)
  if (entries.length > 0 && truths.every(([name, isRight]) => /^[A-Z]$/i.test(name) && isRight !== undefined)) {
    return Result.succeed(truths.filter(([, isRight]) => isRight === true).map(([name]) => name.toUpperCase()))
  }
  return Result.fail(problems.answerUnread)
}

/** Letters of options, each once (`B`, `ACD`, `A、C`, `["A", "C"]`); `undefined` for anything else. */
const lettersOf = (given: ReadonlyArray<string>): string | undefined => {
  const [only = ""] = given
  if (given.length === 1 && /^[A-Z]$/.test(only)) return only
  if (only.length > 80) return undefined
  const text = given
    .join("")
    .normalize("NFKC")
    .replace(/[\s,、.。;|#&和与及/]+/g, "")
  return /^[A-Z]{1,26}$/.test(text) && new Set(text).size === text.length ? text : undefined
}

const readLetters = (asked: Asked, letters: string, given: ReadonlyArray<string>): Reading | undefined => {
  const { labels, question, style } = asked
  const { options } = question
  if (options.length === 0) {
    const isText =
      question.typeClass === "text" ||
      (question.typeClass === "judgement" && judgementOf(letters) !== undefined) ||
      /[^A-J]/.test(letters) ||
      !isAscending(letters)
    return isText ? undefined : Result.fail(problems.letterWithoutOptions(given.join(" ")))
  }
  const places = [...letters].map(
    (letter) => labels.get(letter) ?? (labels.size === 0 ? options[letter.charCodeAt(0) - 65] : undefined)
  )
  const byPlace = places.every((text) => text !== undefined) ? inOrder(question, places) : undefined
  const texts = textsOfOptions(question, given)
  if (texts === undefined || byPlace === undefined || sameTexts(texts, byPlace)) {
    const read = byPlace ?? texts
    if (read === undefined) return undefined
    return fitted(question, read, given)
  }
  if (style.letters === "both") return Result.fail(problems.letterBothWays(given.join(" ")))
  return fitted(question, style.letters === "places" ? byPlace : texts, given)
}

/** The options that these texts are; `undefined` where one is none. */
const textsOfOptions = (question: Question, given: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  const longest = Math.max(...given.map(({ length }) => length)) + 2
  const short = question.options.filter((option) => option.length <= longest)
  if (short.length === 0) return undefined
  const found = given.map(optionKey).map((key) => short.find((option) => optionKey(option) === key))
  return found.every((text) => text !== undefined) ? inOrder(question, found) : undefined
}

const isAscending = (letters: string): boolean => [...letters].sort().join("") === letters

/** The texts of a judgement as it is stored, and no more than one for a single choice. */
const fitted = (question: Question, texts: ReadonlyArray<string>, given: ReadonlyArray<string>): Reading => {
  if (question.typeClass === "judgement") {
    const matched = matchAnswer(question, texts)
    return matched === undefined ? Result.fail(problems.neitherRightNorWrong(given.join(" "))) : Result.succeed(matched)
  }
  if (question.type === "single" && texts.length > 1) return Result.fail(problems.severalForSingle(given.join(" ")))
  return Result.succeed(texts)
}

const inOrder = ({ options }: Question, texts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const wanted = new Set(texts)
  return options.filter((option) => wanted.has(option))
}

const sameTexts = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((text, place) => text === b[place])

const readNumbers = (asked: Asked, numbers: ReadonlyArray<number>, shown: string): Reading => {
  const { labels, question, style } = asked
  const { options } = question
  const texts = textsOfOptions(question, numbers.map(String))
  const called = numbers.map((number) => labels.get(String(number)))
  if (called.every((text) => text !== undefined)) return fitted(question, inOrder(question, called), [shown])
  const { firstNumber } = style
  const places = typeof firstNumber === "number" ? numbers.map((number) => options[number - firstNumber]) : undefined
  const byPlace = places?.every((text) => text !== undefined) === true ? inOrder(question, places) : undefined
  // 1 and 0 beside right and wrong
  const said = question.typeClass === "judgement" && numbers.length === 1 ? judgementOf(String(numbers[0])) : undefined
  const byValue = said === undefined ? texts : options.filter((option) => judgementOf(option) === said)
  if (byValue !== undefined && byPlace !== undefined && !sameTexts(byValue, byPlace)) {
    return Result.fail(problems.numberBothWays(shown))
  }
  if (byPlace !== undefined) return fitted(question, byPlace, [shown])
  if (firstNumber === "both") return Result.fail(problems.numberConflict(shown))
  if (firstNumber !== undefined) return Result.fail(problems.numberBeyondOptions(shown, options.length))
  return texts === undefined ? Result.fail(problems.numberUnclear(shown)) : fitted(question, texts, [shown])
}

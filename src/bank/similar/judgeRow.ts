// Whether a stored question is the one asked, and its answer in the words of the one asked.
import { judgementOf } from "../judgement.ts"
import { optionText } from "../normalise.ts"
import { matchAnswer } from "../OptionMatch.ts"
import { speakOfPlaces } from "../question/canonicalQuestion.ts"
import { makeQuestion, type Question } from "../Question.ts"
import type { TypeClass } from "../QuestionType.ts"
import type { AnswerOrigin } from "../StoredQuestion.ts"
import { compareParts } from "./compareParts.ts"
import { compareWordings } from "./compareWordings.ts"
import { type Wording, wordingOf } from "./Wording.ts"

/** As much of a stored question as it takes to judge it. */
export interface StoredWords {
  readonly title: string
  readonly options: ReadonlyArray<string>
  readonly answer: ReadonlyArray<string>
  readonly type_class: TypeClass
  readonly source: AnswerOrigin
}

/** That a row answers a question: how near it is and its answer in the question's own words. */
export interface Fit {
  /** 0 to 1 */
  readonly similarity: number
  readonly texts: ReadonlyArray<string>
}

/** The row's answer for a question of this wording, if it is the same question by title, type, options and blanks. */
export const judgeRow = (asked: Question, wording: Wording, row: StoredWords, threshold: number): Fit | undefined => {
  if (asked.typeClass !== row.type_class && asked.typeClass !== "any" && row.type_class !== "any") return undefined
  const stored = wordingOf(row.title)
  const comparison = compareWordings(stored, wording)
  // What a model was shown beyond the part may have decided what it said.
  const parts = () => (row.source === "ai" ? undefined : compareParts(asked, wording, stored))
  const similarity = comparison._tag === "Near" ? comparison.similarity : parts()
  if (similarity === undefined || similarity < threshold) return undefined
  if (comparison._tag === "Different" && asked.options.length > 0 && !areSameOptions(asked.options, row.options)) {
    return undefined
  }
  const isJudgement = asked.typeClass === "judgement" || row.type_class === "judgement"
  const texts = isJudgement ? judgementTexts(asked, row) : optionTexts(asked, wording, row)
  return texts === undefined || texts.length === 0 ? undefined : { similarity, texts }
}

const judgementTexts = (asked: Question, row: StoredWords) =>
  row.answer.length === 1 && judgementOf(row.answer[0] ?? "") !== undefined ? matchAnswer(asked, row.answer) : undefined

const optionTexts = (asked: Question, wording: Wording, row: StoredWords): ReadonlyArray<string> | undefined => {
  const answer = answerTexts(row)
  if (answer === undefined) return undefined
  if (asked.options.length === 0) {
    // "下列说法正确的是" says nothing without its options.
    return isGeneric(wording) || isLetters(answer) ? undefined : answer
  }
  if (row.options.length === 0) {
    if (isGeneric(wording)) return undefined
  } else if (!optionsAgree(asked, wording, row.options, answer)) return undefined
  const texts = answer.map((text) => sameOption(asked.options, text))
  if (texts.some((text) => text === undefined)) return undefined
  const found = new Set(texts.flatMap((text) => text ?? []))
  return asked.type === "single" && found.size !== 1 ? undefined : asked.options.filter((option) => found.has(option))
}

// Letters are places among the row's own options; behind other options, or none, they point nowhere.
const answerTexts = (row: StoredWords): ReadonlyArray<string> | undefined => {
  if (row.options.length === 0) return matchAnswer(withoutOptions(row), row.answer)
  return matchAnswer(makeQuestion({ title: row.title, options: row.options, type: "unknown" }), row.answer)
}
const withoutOptions = ({ title }: StoredWords): Question => makeQuestion({ title, options: [], type: "unknown" })
const isLetters = (answer: ReadonlyArray<string>): boolean => answer.every((text) => /^[A-Z]{1,8}$/.test(text.trim()))

/** An option's text without marks and fillers, in simplified script; its text where nothing else is left. */
const optionCore = (option: string): string => {
  const { tokens } = wordingOf(option)
  const said = tokens.flatMap(({ kind, text }) => (kind === "filler" ? [] : [text])).join(" ")
  return said === "" ? optionText(option) : said
}

/** `optionCore` of words in small letters: `Solar Energy`, but neither `Aa` nor `DNA`. */
const anyCase = (option: string): string =>
  optionCore(option).replace(/\b[A-Z][a-z]{2,}\b/g, (word) => word.toLowerCase())

// The exact text first: "C" and "C." are two options where both are given.
const sameOption = (options: ReadonlyArray<string>, text: string): string | undefined => {
  for (const form of [(raw: string) => raw.trim(), optionText, optionCore, anyCase]) {
    const hits = options.filter((option) => form(option) === form(text))
    if (hits.length > 0) return hits.length === 1 ? hits[0] : undefined
  }
  return undefined
}

/** Share of the options that two lists must have in common where they are not the same. */
const largeOverlap = 0.75

// With other options beside it a right answer of a single choice stays right, unless the options are compared with one
// another or speak of one another; of several right ones another may be missing.
const optionsAgree = (
  asked: Question,
  wording: Wording,
  stored: ReadonlyArray<string>,
  answer: ReadonlyArray<string>
): boolean => {
  // "A和B都对" is another option where the order is another.
  if (speakOfPlaces(stored) && asked.options.map(optionText).join("\n") !== stored.map(optionText).join("\n"))
    return false
  const [given, known] = [new Set(asked.options.map(anyCase)), new Set(stored.map(anyCase))]
  const shared = [...given].filter((option) => known.has(option)).length
  if (shared === given.size && shared === known.size) return true
  if (answer.length > 1 || asked.type === "multiple" || comparing.test(wording.core)) return false
  if ([...asked.options, ...stored].some((option) => aboutOthers.test(option))) return false
  return shared / Math.max(given.size, known.size) >= largeOverlap
}

const areSameOptions = (given: ReadonlyArray<string>, stored: ReadonlyArray<string>): boolean =>
  given.length > 1 &&
  given.length === stored.length &&
  given.map(optionText).sort().join("\n") === stored.map(optionText).sort().join("\n")

const comparing =
  /最|首先|优先|第1|更|较|顺序|一组|\b(?:most|least|best|worst|first|last|next|closest|main|primary|mainly|primarily|\w+est)\b/
const aboutOthers =
  /以上|上述|都[对错是不]|均[对错是不为]|全[部对错]|[A-D①-④]\s*(?:和|与|、|,|and|or)\s*[A-D①-④]|\b(?:all|none|both|neither) of\b/i

// What is left of a title that only asks which one is right.
const genericWords =
  /说法|选项|各项|叙述|描述|表述|表达|论述|观点|句子|各句|词语|各组|行为|做法|正确|错误|恰当|合适|符合|题意|属于|包括|不|中|有|关于|对|一项|1项|项|组|句|个|位|which|statements?|is|are|of|following|correct|incorrect|true|false|not|one|these|about|best|answer|choose|select|right|wrong|options?/g
const isGeneric = ({ core }: Wording): boolean =>
  core.replace(genericWords, "").replace(/[^\p{L}\p{N}]/gu, "").length < 2

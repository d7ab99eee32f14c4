// How a file writes its answers, found from its rows: whether a letter is a place or a text, and whether numbers of options
// begin at 0 or at 1. One row alone often says nothing; what no row decides stays undecided.
import { judgementOf } from "../../judgement.ts"
import { optionKey, plainText } from "../../normalise.ts"
import type { QuestionType } from "../../QuestionType.ts"
import type { RowFields } from "../../transfer/SourceRow.ts"
import { noOptions, readOptions, textOf } from "./readOptions.ts"
import { answerInTitle } from "./titleParts.ts"

/** How the answers of a column are written. */
export interface AnswerStyle {
  /** What a letter means that is another option's text as well; undecided where both are found. */
  readonly letters: "places" | "texts" | "both"
  /** The number of the first option; `both` where rows contradict each other. */
  readonly firstNumber: 0 | 1 | "both" | undefined
  /** Whether letters in the titles' brackets are the answers. */
  readonly hasBracketAnswers: boolean
  /** What a number in the column of the type means, as far as the rows tell. */
  readonly typeOfCode: ReadonlyMap<string, QuestionType>
}

const noEvidence = {
  lettersClean: 0,
  lettersUnclear: 0,
  texts: 0,
  zero: 0,
  last: 0,
  numbers: 0,
  brackets: 0,
  otherBrackets: 0
}
type Counts = { -readonly [name in keyof typeof noEvidence]: number }

interface CodeUse {
  rows: number
  several: number
  judgements: number
  withOptions: number
  blanks: number
}

const mostColumns = 1000
const letters = /^[A-Z](?:[\s,，、;；|#]*[A-Z])*$/
const digits = /^\d{1,2}$/
// One contradiction among so many rows is a slip of the pen.
const slip = 20

/** The key of the column that a row's answer comes from. */
const columnOf = ({ answerName = "", sheet = "" }: RowFields): string => `${sheet}\n${answerName}`

/** Numbers of options that an answer may be; `undefined` where it is something else. */
export const numbersOf = (raw: unknown): ReadonlyArray<number> | undefined => {
  if (typeof raw === "number") return Number.isInteger(raw) && raw >= 0 && raw < 100 ? [raw] : undefined
  if (Array.isArray(raw)) {
    const all = raw.map(numbersOf)
    return raw.length > 0 && all.every((some) => some !== undefined) ? all.flat() : undefined
  }
  if (typeof raw !== "string") return undefined
  const parts = raw.trim().split(/[\s,，、;；|#]+/)
  return parts.every((part) => digits.test(part)) ? parts.map(Number) : undefined
}

/** Collects what rows say of the way their answers are written. */
export class AnswerStyles {
  #counts = new Map<string, Counts>()
  #codes = new Map<string, Map<string, CodeUse>>()
  readonly #styles = new Map<string, AnswerStyle>()
  readonly #firstNumber: 0 | 1 | undefined

  /** `firstNumber`: what a person has said. */
  constructor(firstNumber: 0 | 1 | undefined) {
    this.#firstNumber = firstNumber
  }

  /** Whether answers are numbers of options: every row of the file counts then, not only the first ones. */
  get hasNumbers(): boolean {
    return this.#firstNumber === undefined && [...this.#counts.values()].some(({ numbers }) => numbers > 0)
  }

  /** Goes by what another has seen. */
  become(other: AnswerStyles): void {
    this.#styles.clear()
    this.#counts = other.#counts
    this.#codes = other.#codes
  }

  see(fields: RowFields): void {
    if (fields.isExact === true) return
    const key = columnOf(fields)
    let counts = this.#counts.get(key)
    if (counts === undefined) {
      if (this.#counts.size >= mostColumns) return
      this.#counts.set(key, (counts = { ...noEvidence }))
    }
    this.#styles.clear()
    const options =
      fields.options.length > 0
        ? { ...noOptions, texts: fields.options.map(([, value]) => textOf(value) ?? "") }
        : (readOptions(fields.values.options) ?? noOptions)
    const texts = options.texts.filter((text) => text.trim() !== "")
    const answer = fields.values.answer
    this.#seeCode(fields, key, texts.length)
    this.#seeBracket(counts, fields)
    if (texts.length < 2) return
    const keys = new Set(texts.map(optionKey))
    const numbers = numbersOf(answer)
    if (numbers !== undefined) {
      const isLabelled = options.labels?.some((label) => digits.test(label)) === true
      if (isLabelled || numbers.some((number) => keys.has(String(number)))) return
      counts.numbers++
      // 0 and 1 beside right and wrong may mean just that
      if (numbers.includes(0) && !isJudgementPair(texts)) counts.zero++
      if (numbers.includes(texts.length)) counts.last++
      return
    }
    const text = plainText(textOf(Array.isArray(answer) && answer.length === 1 ? answer[0] : answer) ?? "")
    if (letters.test(text)) counts[keys.has(optionKey(text)) ? "lettersUnclear" : "lettersClean"]++
    else if (keys.has(optionKey(text))) counts.texts++
  }

  #seeBracket(counts: Counts, { values: { answer, title } }: RowFields): void {
    if (typeof title !== "string" || typeof answer !== "string") return
    const found = answerInTitle(title)
    if (found === undefined || found.isJudgement) return
    counts[found.answer === answer.replace(/[\s,，、]/g, "") ? "brackets" : "otherBrackets"]++
  }

  #seeCode({ values: { answer, title, type } }: RowFields, key: string, options: number): void {
    const code = textOf(type)?.trim() ?? ""
    if (!digits.test(code)) return
    const codes = this.#codes.get(key) ?? new Map<string, CodeUse>()
    this.#codes.set(key, codes)
    const use = codes.get(code) ?? { rows: 0, several: 0, judgements: 0, withOptions: 0, blanks: 0 }
    codes.set(code, use)
    use.rows++
    if (options > 1) use.withOptions++
    if (options < 2 && /_{2}|[（(]\s*[)）]/.test(String(title))) use.blanks++
    const texts = Array.isArray(answer) ? answer : [answer]
    const [only = ""] = texts.map((text) => textOf(text) ?? "")
    const isSeveral = texts.length > 1 || /^[A-Z](?:[\s,，、;；|#]*[A-Z])+$/.test(only) || only.includes("###")
    if (isSeveral && (options > 1 || !/_{2}/.test(String(title)))) use.several++
    if (options < 3 && texts.length === 1 && judgementOf(only) !== undefined) use.judgements++
  }

  /** The style of the column that a row's answer comes from. */
  of(fields: RowFields): AnswerStyle {
    const key = columnOf(fields)
    const known = this.#styles.get(key)
    if (known !== undefined) return known
    const counts = this.#counts.get(key) ?? noEvidence
    const style: AnswerStyle = {
      letters: lettersOf(counts),
      firstNumber: this.#firstNumber ?? firstNumberOf(counts, fields.answerName ?? ""),
      hasBracketAnswers: counts.otherBrackets * 10 <= counts.brackets,
      typeOfCode: new Map([...(this.#codes.get(key) ?? [])].flatMap(([code, use]) => typeOf(use, code)))
    }
    this.#styles.set(key, style)
    return style
  }
}

const lettersOf = ({ lettersClean, lettersUnclear, texts }: Counts): AnswerStyle["letters"] => {
  if (texts === 0) return lettersClean + lettersUnclear > 0 ? "places" : "texts"
  if (lettersClean === 0) return "texts"
  if (lettersClean > texts * slip) return "places"
  return texts > lettersClean * slip ? "texts" : "both"
}

const firstNumberOf = ({ last, zero }: Counts, name: string): AnswerStyle["firstNumber"] => {
  // An index is one from 0; rows that say otherwise make it unclear.
  const isIndex = /(?:index|idx|indexes|indices)s?$/.test(name)
  if (last === 0) return zero > 0 || isIndex ? 0 : undefined
  if (zero > last * slip) return 0
  return last > zero * slip && !isIndex ? 1 : "both"
}

const isJudgementPair = (texts: ReadonlyArray<string>): boolean =>
  texts.length === 2 && texts.every((text) => judgementOf(text.replace(/^[A-Z][.、．:：)）]\s*/, "")) !== undefined)

// Numbers of types mean something else in every program: what the rows look like says which.
const typeOf = (
  { blanks, judgements, rows, several, withOptions }: CodeUse,
  code: string
): ReadonlyArray<readonly [string, QuestionType]> => {
  if (judgements === rows) return [[code, "judgement"]]
  if (several > 0 && withOptions > 0) return [[code, "multiple"]]
  if (blanks === rows) return [[code, "completion"]]
  return withOptions === rows ? [[code, "single"]] : []
}

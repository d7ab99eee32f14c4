// The answers that stand together at the end of a text: `一、1.B 2.C`, `1-5 ABCDA`, `1.√ 2.×`.
import { kindIn } from "../kinds.ts"
import { ordinalOf } from "./lineKinds.ts"

const judgement = "√✓✔×✗✘对错"
const one = `(?:[A-Z]{1,10}|[${judgement}]|正确|错误|TRUE|FALSE)`
const rangeMark = new RegExp(
  `(\\d{1,4})\\s*[-—–~～至]\\s*(\\d{1,4})\\s*[.、．:：)）题]?\\s*((?:[A-Z${judgement}][\\s,，、;；/]*)+)`,
  "g"
)
const itemMark = new RegExp(
  `(?:^|[\\s,，;；、。])[(（]?(\\d{1,4})[)）]?\\s*[.、．:：)）\\s]?\\s*(${one})(?=$|[\\s,，;；、。\\d(（])`,
  "g"
)

interface KeyPart {
  readonly ordinal: number | undefined
  readonly kind: string | undefined
  readonly answers: Map<number, string>
}

/** Collects the answers of the end of a text, part by part. */
export class AnswerKey {
  readonly #parts: Array<KeyPart> = []
  #numbers: ReadonlyArray<number> | undefined

  get isEmpty(): boolean {
    return this.#parts.every(({ answers }) => answers.size === 0)
  }

  /** Begins the answers of a part. */
  part(ordinal: number | undefined, kind: string | undefined): void {
    this.#parts.push({ ordinal, kind, answers: new Map() })
  }

  /** Reads a line; false for one that holds no answers. */
  read(line: string): boolean {
    const ordinal = ordinalOf(line)
    const isPart = ordinal !== undefined || /^[^\d\s:：]{2,12}题\s*[:：]/.test(line)
    if (isPart) this.part(ordinal, kindIn(line.slice(0, 20)) === undefined ? undefined : line.slice(0, 20))
    const rest = isPart
      ? line.replace(
          /^(?:第?[一二三四五六七八九十]{1,3}(?:部分|大题)?\s*[、.．:：]?)?\s*(?:[^\d\s:：]{2,12}题(?:[（(].*?[)）])?\s*[:：]?)?\s*/,
          ""
        )
      : line
    if (this.#table(rest)) return true
    const found = this.#ranges(rest) || this.#items(rest)
    return found || (isPart && rest.trim() === "")
  }

  #open(): Map<number, string> {
    if (this.#parts.length === 0) this.part(undefined, undefined)
    return this.#parts.at(-1)?.answers ?? new Map()
  }

  // 题号 1 2 3 / 答案 A B C
  #table(line: string): boolean {
    const numbers = /^题号[\s|:：]+([\d\s|]+)$/.exec(line)?.[1]
    if (numbers !== undefined) {
      this.#numbers = numbers
        .split(/[\s|]+/)
        .filter((text) => text !== "")
        .map(Number)
      return true
    }
    const answers = /^答案[\s|:：]+(.+)$/
      .exec(line)?.[1]
      ?.split(/[\s|]+/)
      .filter((text) => text !== "")
    if (answers === undefined || answers.length !== this.#numbers?.length) return false
    const open = this.#open()
    for (const [at, number] of this.#numbers.entries()) put(open, number, answers[at] ?? "")
    this.#numbers = undefined
    return true
  }

  #ranges(line: string): boolean {
    let hasFound = false
    for (const [, from = "", to = "", text = ""] of line.matchAll(rangeMark)) {
      const [first, last] = [Number(from), Number(to)]
      const count = last - first + 1
      if (count < 1 || count > 500) continue
      const groups = text.trim().split(/[\s,，、;；/]+/)
      const letters = [...text.replace(/[\s,，、;；/]/g, "")]
      const answers = groups.length === count ? groups : letters.length === count ? letters : undefined
      if (answers === undefined) continue
      const open = this.#open()
      for (const [at, answer] of answers.entries()) put(open, first + at, answer)
      hasFound = true
    }
    return hasFound
  }

  #items(line: string): boolean {
    const found = [...line.matchAll(itemMark)]
    const open = found.length > 0 ? this.#open() : undefined
    for (const [, number = "", answer = ""] of found) put(open, Number(number), answer)
    if (found.length > 0) return true
    const text = /^[(（]?(\d{1,4})[)）]?\s*[.、．:：)）]\s*(\S.{0,2000})$/s.exec(line)
    if (text === null) return false
    put(this.#open(), Number(text[1]), (text[2] ?? "").trim())
    return true
  }

  /** The answer to a question of a part; `unclear` where several parts may be meant. */
  answerTo(question: {
    readonly number: number | undefined
    readonly ordinal: number | undefined
    readonly kind: string | undefined
    readonly isOnlyOfNumber: boolean
  }): { readonly answer: string | undefined; readonly isUnclear: boolean } {
    const { isOnlyOfNumber, kind, number, ordinal } = question
    const none = { answer: undefined, isUnclear: false }
    if (number === undefined) return none
    const having = this.#parts.filter(({ answers }) => answers.has(number))
    const byOrdinal = ordinal === undefined ? [] : having.filter((part) => part.ordinal === ordinal)
    const type = kind === undefined ? undefined : kindIn(kind)
    const byKind =
      type === undefined ? [] : having.filter((part) => part.kind !== undefined && kindIn(part.kind) === type)
    const unnamed = having.filter((part) => part.ordinal === undefined && part.kind === undefined)
    const found = byOrdinal.length > 0 ? byOrdinal : byKind.length > 0 ? byKind : unnamed
    const answers = new Set(found.map((part) => part.answers.get(number)))
    if (found === unnamed && found.length > 0 && !isOnlyOfNumber) return { answer: undefined, isUnclear: true }
    const [answer] = answers
    return answers.size > 1 || answer === undefined
      ? { answer: undefined, isUnclear: answers.size > 1 }
      : { answer, isUnclear: false }
  }
}

// Said twice and not the same, it says nothing.
const put = (answers: Map<number, string> | undefined, number: number, answer: string): void => {
  const before = answers?.get(number)
  answers?.set(number, before === undefined || before === answer ? answer : `${before} / ${answer}`)
}

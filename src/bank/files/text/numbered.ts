// Questions as people type them: numbered, options below, the answer in brackets, on a line of its own, or at the end of the
// text. Lines that belong to no question are counted.
import type { RowFields, SourceRow } from "../../transfer/SourceRow.ts"
import type { FileReporter } from "../FileReport.ts"
import { answerInTitle } from "../meaning/titleParts.ts"
import { holdsPicture, noAnswer, answersTwice, answerUnclear } from "../problems.ts"
import { kindIn } from "../kinds.ts"
import { AnswerKey } from "./answerKey.ts"
import {
  answerBehind,
  headingIn,
  type Labelled,
  labelledIn,
  numberedIn,
  type Numbered,
  optionsIn,
  type OptionOnLine
} from "./lineKinds.ts"

/** Stands in a text where a picture does. */
export const picture = "\ufffc"

/** A line of a text, by its number from 1. */
export interface Line {
  readonly row: number
  readonly text: string
}

type Part = "title" | "options" | "answer" | "explanation"

interface Draft {
  readonly row: number
  readonly number: number | undefined
  readonly ordinal: number | undefined
  kind: string | undefined
  title: string
  readonly options: Array<OptionOnLine>
  answer: string | undefined
  hasTwoAnswers: boolean
  explanation: string | undefined
  part: Part
  /** The last number of a list inside the answer or the explanation. */
  listNumber: number | undefined
  hasBlankLine: boolean
}

/** Reads the lines of a text; gives a row for each question. */
export const readNumbered = (lines: Iterable<Line>, reporter: FileReporter): ReadonlyArray<SourceRow> => {
  const reader = new NumberedReader(reporter)
  for (const line of lines) reader.read(line)
  return reader.end()
}

const answerMark = /^(?:答|解)\s*[:：]\s*/

class NumberedReader {
  readonly #reporter: FileReporter
  readonly #drafts: Array<Draft> = []
  readonly #key = new AnswerKey()
  #open: Draft | undefined
  #ordinal: number | undefined
  #kind: string | undefined
  #isKey = false
  #lastNumber: number | undefined
  #form: Numbered["form"] | undefined

  constructor(reporter: FileReporter) {
    this.#reporter = reporter
  }

  read({ row, text }: Line): void {
    const line = text
      .replace(/^\s*(?:>\s*)+/, "")
      .replace(/\*\*/g, "")
      .trim()
    if (line === "" || /^[-=_*·.]{3,}$/.test(line)) {
      if (this.#open !== undefined) this.#open.hasBlankLine = true
      return
    }
    const heading = headingIn(line)
    if (heading !== undefined && !this.#isAnswerLine(heading.is, line)) return this.#heading(heading)
    if (this.#isKey) {
      if (this.#key.read(line)) return
      if (optionsIn(line, 0) === undefined && numberedIn(line) === undefined) return this.#unread()
      this.#isKey = false
    }
    const labelled = labelledIn(line)
    if (labelled !== undefined) return this.#labelled(labelled, line)
    const numbered = numberedIn(line)
    if (numbered !== undefined && this.#begins(numbered)) {
      this.#lastNumber = numbered.number
      this.#form ??= numbered.form
      return this.#begin(row, numbered.number, numbered.rest)
    }
    this.#other(row, line)
  }

  // "答案：" below a question is its own, with the answer on the next line.
  #isAnswerLine(is: string, line: string): boolean {
    const open = this.#open
    return (
      is === "answers" &&
      /[:：]\s*$/.test(line) &&
      open !== undefined &&
      open.answer === undefined &&
      !open.hasBlankLine
    )
  }

  #heading(heading: NonNullable<ReturnType<typeof headingIn>>): void {
    this.#close()
    switch (heading.is) {
      case "answers":
        this.#isKey = true
        return
      case "chapter":
        this.#isKey = false
        this.#kind = undefined
        return
      case "part":
        if (this.#isKey) return this.#key.part(heading.ordinal, heading.kind)
        this.#ordinal = heading.ordinal
        this.#kind = heading.kind
        this.#lastNumber = undefined
        this.#form = undefined
    }
  }

  #unread(): void {
    this.#reporter.unread({ zh: "行文字：不属于任何题目", en: "lines that belong to no question" })
  }

  /** Whether a line with a number is a question, and no part of a list inside one. */
  #begins({ form, number }: Numbered): boolean {
    const open = this.#open
    if (open === undefined || open.number === undefined) return true
    const isNext = this.#lastNumber === undefined || number === this.#lastNumber + 1
    if (form !== this.#form && !isNext) return false
    if (form !== this.#form && open.part !== "options") return false
    const isInText = open.part === "explanation" || (open.part === "answer" && open.options.length === 0)
    if (!isInText) return isNext || open.part !== "title" || number !== 1 || open.options.length > 0
    if (open.listNumber !== undefined && number === open.listNumber + 1) {
      open.listNumber = number
      return false
    }
    if (isNext) return true
    if (number === 1) open.listNumber = 1
    return number !== 1 && open.listNumber === undefined
  }

  #begin(row: number, number: number | undefined, words: string): void {
    this.#close()
    const behind = answerBehind(words)
    const suffix = /^(.*\S)\s*[[【（(]\s*([^\]】）)]{2,8}题)\s*[\]】）)]\s*$/s.exec(behind?.words ?? words)
    const kind = suffix?.[2] === undefined || kindIn(suffix[2]) === undefined ? undefined : suffix[2]
    this.#open = {
      row,
      number,
      ordinal: this.#ordinal,
      kind: kind ?? this.#kind,
      title: kind === undefined ? (behind?.words ?? words) : (suffix?.[1] ?? words),
      options: [],
      answer: undefined,
      hasTwoAnswers: false,
      explanation: undefined,
      part: "title",
      listNumber: undefined,
      hasBlankLine: false
    }
    if (behind !== undefined) this.#labelled(labelledIn(behind.labels) ?? [], behind.labels)
  }

  #labelled(parts: ReadonlyArray<Labelled>, line: string): void {
    const open = this.#open
    if (open === undefined) return this.#unread()
    for (const part of parts) {
      switch (part.is) {
        case "answer":
          if (open.answer !== undefined && open.answer !== part.text && part.text !== "") open.hasTwoAnswers = true
          open.answer ??= part.text
          open.part = "answer"
          break
        case "explanation":
          open.explanation = open.explanation === undefined ? part.text : `${open.explanation}\n${part.text}`
          open.part = "explanation"
          break
        case "type":
          open.kind = part.text
          break
        default:
          this.#reporter.unread({ zh: `行：${line.slice(0, 4)}…`, en: `lines such as ${line.slice(0, 4)}…` })
      }
    }
    open.hasBlankLine = false
  }

  #other(row: number, line: string): void {
    const open = this.#open
    const options =
      open === undefined || open.part === "answer" || open.part === "explanation"
        ? undefined
        : optionsIn(line, open.options.length)
    if (open !== undefined && options !== undefined) {
      open.options.push(...options)
      open.part = "options"
      open.hasBlankLine = false
      return
    }
    if (open === undefined || this.#isComplete(open)) return this.#begin(row, undefined, line)
    if (answerMark.test(line) && open.part === "title") {
      open.answer = line.replace(answerMark, "")
      open.part = "answer"
      return
    }
    this.#goOn(open, line)
  }

  /** Whether a line that is nothing else cannot go on with this question. */
  #isComplete({ answer, hasBlankLine, number, options, part, title }: Draft): boolean {
    if (number === undefined && part === "title") return hasBlankLine || answerInTitle(title) !== undefined
    return number === undefined && hasBlankLine && (answer !== undefined || options.length > 0)
  }

  #goOn(open: Draft, line: string): void {
    const isChoice = open.options.length > 0
    switch (open.part) {
      case "title":
        open.title += `\n${line}`
        return
      case "options": {
        const last = open.options.pop()
        if (last === undefined || open.hasBlankLine) {
          if (last !== undefined) open.options.push(last)
          return this.#unread()
        }
        open.options.push({ ...last, text: `${last.text}\n${line}`.trim() })
        return
      }
      case "answer":
        if (open.answer === "") open.answer = line
        else if (isChoice || (open.hasBlankLine && kindIn(open.kind ?? "") !== "essay")) this.#unread()
        else open.answer = `${open.answer ?? ""}\n${line}`
        return
      case "explanation":
        open.explanation = `${open.explanation ?? ""}\n${line}`.trim()
    }
  }

  #close(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    const isQuestion =
      open.number !== undefined ||
      open.options.length > 1 ||
      open.answer !== undefined ||
      answerInTitle(open.title) !== undefined
    if (isQuestion) this.#drafts.push(open)
    else this.#unread()
  }

  end(): ReadonlyArray<SourceRow> {
    this.#close()
    const ofNumber = new Map<number | undefined, number>()
    for (const { number } of this.#drafts) ofNumber.set(number, (ofNumber.get(number) ?? 0) + 1)
    return this.#drafts.map((draft) => this.#rowOf(draft, ofNumber.get(draft.number) === 1))
  }

  #rowOf(draft: Draft, isOnlyOfNumber: boolean): SourceRow {
    const { explanation, kind, options, row, title } = draft
    if ([title, ...options.map(({ text }) => text)].some((text) => text.includes(picture)))
      return { row, problem: holdsPicture, title }
    if (draft.hasTwoAnswers) return { row, problem: answersTwice, title }
    const { answer: ofKey, isUnclear } = this.#key.answerTo({ ...draft, isOnlyOfNumber })
    const marked = options.flatMap(({ isMarked }, place) => (isMarked ? [String.fromCharCode(65 + place)] : []))
    const answers = [draft.answer, marked.length === 0 ? undefined : marked.join(""), ofKey].filter(
      (answer) => answer !== undefined && answer !== ""
    )
    const [answer, ...more] = answers
    const inTitle = answerInTitle(title)
    if (answer === undefined && inTitle === undefined)
      return { row, problem: isUnclear ? answerUnclear : noAnswer, title }
    const fields: RowFields = {
      values: {
        title,
        ...(answer === undefined ? {} : { answer }),
        ...(options.length === 0
          ? {}
          : { options: options.map(({ text }, place) => `${String.fromCharCode(65 + place)}. ${text}`) }),
        ...(explanation === undefined || explanation === "" ? {} : { explanation })
      },
      options: [],
      answerName: "答案",
      ...(more.length === 0 && (inTitle === undefined || answer === undefined)
        ? {}
        : { moreAnswers: more.map((other) => ["答案", other] as const) }),
      ...(kind === undefined ? {} : { kind })
    }
    return { row, fields }
  }
}

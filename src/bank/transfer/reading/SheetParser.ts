import type { Xml } from "effect/encoding"
import * as problems from "../../files/problems.ts"
import type { Words } from "../../files/Words.ts"
import { type CellRow, fileLimits } from "../SourceRow.ts"

/** How a number is shown; `short` is a date without a year, or a time. */
export type NumberStyle = "number" | "percent" | "date" | "short"

/** What the cells of a sheet refer to. */
export interface Workbook {
  readonly strings: ReadonlyArray<string>
  /** By the number of a style, how its numbers are shown. */
  readonly styles: ReadonlyArray<NumberStyle>
  /** Days are counted from 1904 instead of 1900. */
  readonly is1904: boolean
}

/** An element's name without its prefix. */
export const localName = (name: string): string => name.slice(name.indexOf(":") + 1)

/** Makes rows of a sheet's events. A formula counts by the value that was stored with it. */
export class SheetParser {
  readonly #book: Workbook
  #row = 0
  #cells: Array<string> = []
  #characters = 0
  #problem: Words | undefined
  #column = -1
  #type = ""
  #style = 0
  #value: string | undefined
  #hasFormula = false
  #isText = false
  #phonetic = 0

  constructor(book: Workbook) {
    this.#book = book
  }

  /** Takes an event; gives the row that it ends. */
  read(event: Xml.Event): CellRow | undefined {
    switch (event._tag) {
      case "StartElement":
        this.#open(localName(event.name), event.attributes)
        return undefined
      case "Text":
        if (this.#isText && this.#phonetic === 0) this.#value = (this.#value ?? "") + event.text
        return undefined
      case "EndElement":
        return this.#close(localName(event.name))
      default:
        return undefined
    }
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case "row":
        // Numbers only go up; a sheet may leave them out.
        this.#row = Math.max(this.#row + 1, Number(attributes["r"]) || 0)
        this.#cells = []
        this.#characters = 0
        this.#problem = undefined
        this.#column = -1
        return
      case "c":
        this.#column = columnOf(attributes["r"] ?? "") ?? this.#column + 1
        this.#type = attributes["t"] ?? "n"
        this.#style = Number(attributes["s"]) || 0
        this.#value = undefined
        this.#hasFormula = false
        return
      case "f":
        this.#hasFormula = true
        return
      case "rPh":
        this.#phonetic++
        return
      case "v":
      case "t":
        this.#isText = true
        this.#value ??= ""
        return
    }
  }

  #close(name: string): CellRow | undefined {
    switch (name) {
      case "v":
      case "t":
        this.#isText = false
        return undefined
      case "rPh":
        this.#phonetic--
        return undefined
      case "c":
        this.#endCell()
        return undefined
      case "row":
        return {
          row: this.#row,
          cells: this.#cells,
          ...(this.#problem === undefined ? {} : { problem: this.#problem })
        }
      default:
        return undefined
    }
  }

  #endCell(): void {
    if (this.#column >= fileLimits.columns) {
      this.#problem = problems.tooManyColumns(fileLimits.columns)
      return
    }
    const text = this.#cellText()
    this.#characters += text.length
    if (this.#characters > fileLimits.rowCharacters) {
      this.#problem = problems.rowTooLong(fileLimits.rowCharacters)
      this.#cells = []
      return
    }
    if (text === "") return
    while (this.#cells.length < this.#column) this.#cells.push("")
    this.#cells[this.#column] = text
  }

  #cellText(): string {
    const value = this.#value
    const at = `${nameOfColumn(this.#column)}${this.#row}`
    if (value === undefined || (value === "" && this.#hasFormula && this.#type !== "str")) {
      if (this.#hasFormula) this.#problem ??= problems.formulaWithoutValue(at)
      return ""
    }
    switch (this.#type) {
      case "s": {
        const text = this.#book.strings[Number(value)]
        if (text === undefined) this.#problem ??= problems.missingText(at)
        return text ?? ""
      }
      case "str":
      case "inlineStr":
        return unescapeText(value)
      case "b":
        return value.trim() === "1" ? "TRUE" : "FALSE"
      case "e":
        this.#problem ??= problems.errorCell(at, value.slice(0, 20))
        return ""
      case "d":
        return value
      default:
        return this.#numberText(value)
    }
  }

  #numberText(value: string): string {
    const number = Number(value)
    if (value.trim() === "" || Number.isNaN(number)) return value
    const shown = numberAsShown(number, this.#book.styles[this.#style] ?? "number", this.#book.is1904)
    if (shown === undefined) this.#problem ??= problems.dateWithoutYear(`${nameOfColumn(this.#column)}${this.#row}`)
    return shown ?? ""
  }
}

/** `_x000D_` stands for a character that XML does not take. */
export const unescapeText = (text: string): string =>
  text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text

const columnOf = (reference: string): number | undefined => {
  let column = 0
  for (let at = 0; at < reference.length; at++) {
    const code = reference.charCodeAt(at)
    if (code < 65 || code > 90) break
    column = Math.min(column * 26 + code - 64, 1e9)
  }
  return column === 0 ? undefined : column - 1
}

/** `A`, `AB`: a column's name, from 0. */
export const nameOfColumn = (column: number): string =>
  column < 26 ? String.fromCharCode(65 + column) : nameOfColumn(Math.floor(column / 26) - 1) + nameOfColumn(column % 26)

/** A number as its cell shows it; `undefined` for a date without a year or a time, which it may never have been. */
export const numberAsShown = (number: number, style: NumberStyle, is1904: boolean): string | undefined => {
  switch (style) {
    case "number":
      return String(number)
    case "percent":
      return `${Number((number * 100).toPrecision(12))}%`
    case "date":
      return dateText(number, is1904)
    case "short":
      return undefined
  }
}

const dateFormats = new Set([14, 15, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57])
const shortFormats = new Set([16, 18, 19, 20, 21, 45, 46, 47, 32, 33, 34, 35, 55, 56, 58])

/** How a format of numbers shows them: one that Excel knows by its number, or one that the file defines. */
export const styleOfFormat = (id: number, code: string | undefined): NumberStyle => {
  if (code !== undefined) {
    const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, "").split(";")[0] ?? ""
    if (/[ymdhs]/i.test(bare) && !/^general$/i.test(bare)) return /y|e/i.test(bare) ? "date" : "short"
    return bare.includes("%") ? "percent" : "number"
  }
  if (id === 9 || id === 10) return "percent"
  if (dateFormats.has(id)) return "date"
  return shortFormats.has(id) ? "short" : "number"
}

const dayMillis = 86_400_000

/** Days since the sheet's first as a date, with the time where there is one. */
const dateText = (days: number, is1904: boolean): string => {
  const first = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30)
  const date = new Date(first + Math.round(days * dayMillis))
  if (Number.isNaN(date.getTime())) return String(days)
  const text = date.toISOString()
  return days % 1 === 0 ? text.slice(0, 10) : text
}

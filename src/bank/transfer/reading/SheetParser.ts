import type { Xml } from "effect/encoding"
import { type CellRow, fileLimits } from "../SourceRow.ts"

/** What the cells of a sheet refer to. */
export interface Workbook {
  readonly strings: ReadonlyArray<string>
  /** By the number of a style, whether its cells are dates. */
  readonly dateStyles: ReadonlyArray<boolean>
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
  #problem: string | undefined
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
      this.#problem = `there are more than ${fileLimits.columns} columns`
      return
    }
    const text = this.#cellText()
    this.#characters += text.length
    if (this.#characters > fileLimits.rowCharacters) {
      this.#problem = `the row is longer than ${fileLimits.rowCharacters} characters`
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
      if (this.#hasFormula)
        this.#problem ??= `the formula in ${at} has no value stored: open the file and save it again`
      return ""
    }
    switch (this.#type) {
      case "s": {
        const text = this.#book.strings[Number(value)]
        if (text === undefined) this.#problem ??= `the cell ${at} refers to a text that is not there`
        return text ?? ""
      }
      case "str":
      case "inlineStr":
        return unescapeText(value)
      case "b":
        return value.trim() === "1" ? "TRUE" : "FALSE"
      case "e":
        this.#problem ??= `the cell ${at} holds the error ${value.slice(0, 20)}`
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
    return this.#book.dateStyles[this.#style] === true ? dateText(number, this.#book.is1904) : String(number)
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

const nameOfColumn = (column: number): string =>
  column < 26 ? String.fromCharCode(65 + column) : nameOfColumn(Math.floor(column / 26) - 1) + nameOfColumn(column % 26)

const dayMillis = 86_400_000

/** Days since the sheet's first as a date, with the time where there is one. */
const dateText = (days: number, is1904: boolean): string => {
  const first = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30)
  const date = new Date(first + Math.round(days * dayMillis))
  if (Number.isNaN(date.getTime())) return String(days)
  const text = date.toISOString()
  return days % 1 === 0 ? text.slice(0, 10) : text
}

// The records of a workbook as Excel wrote it before 2007 (BIFF 5 and 8): its sheets with the texts of their cells.
import { TextDecoder } from "node:util"
import * as problems from "../problems.ts"
import { nameOfColumn, numberAsShown, type NumberStyle, styleOfFormat } from "../../transfer/reading/SheetParser.ts"
import { type CellRow, UnreadableFile } from "../../transfer/SourceRow.ts"
import type { Words } from "../Words.ts"

export interface Sheet {
  readonly name: string
  readonly rows: Iterable<CellRow>
}

const damaged = new UnreadableFile({
  zh: "文件已经损坏：请用 Excel 打开后另存为 .xlsx",
  en: "the file is damaged: open it in Excel and save it as .xlsx"
})
const encrypted = new UnreadableFile({
  zh: "文件有密码：请在 Excel 里去掉密码再导入",
  en: "the file is protected by a password: take it off in Excel, then import it"
})
const tooOld = new UnreadableFile({
  zh: "这是 Excel 4 或更早的文件：请另存为 .xlsx",
  en: "this is a file of Excel 4 or before: save it as .xlsx"
})

const record = {
  formula: 0x06,
  end: 0x0a,
  dates: 0x22,
  password: 0x2f,
  goesOn: 0x3c,
  codePage: 0x42,
  sheet: 0x85,
  numbers: 0xbd,
  richLabel: 0xd6,
  style: 0xe0,
  strings: 0xfc,
  shared: 0xfd,
  number: 0x203,
  label: 0x204,
  truth: 0x205,
  string: 0x207,
  rk: 0x27e,
  format: 0x41e,
  begin: 0x809
} as const

interface Record_ {
  readonly type: number
  readonly data: DataView
}

const mostSheets = 1000
const mostStrings = 1_500_000

/** The records from a place of the stream on. */
function* recordsFrom(view: DataView, from: number): Generator<Record_> {
  for (let at = from; at + 4 <= view.byteLength;) {
    const type = view.getUint16(at, true)
    const length = view.getUint16(at + 2, true)
    if (at + 4 + length > view.byteLength) return
    yield { type, data: new DataView(view.buffer, view.byteOffset + at + 4, length) }
    at += 4 + length
  }
}

const wide = new TextDecoder("utf-16le")
const bytesIn = (data: DataView, from: number, length: number): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset + from, Math.max(0, Math.min(length, data.byteLength - from)))
const narrow = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")

const codePages: Readonly<Record<number, string>> = {
  936: "gb18030",
  950: "big5",
  932: "shift_jis",
  949: "euc-kr",
  1252: "windows-1252",
  1200: "utf-16le"
}

/** Reads texts that go on over several records, each of which says anew how its characters are written. */
class StringsReader {
  readonly #parts: ReadonlyArray<DataView>
  #part = 0
  #at: number

  constructor(parts: ReadonlyArray<DataView>, from: number) {
    this.#parts = parts
    this.#at = from
  }

  #view(): DataView {
    let view = this.#parts[this.#part]
    while (view !== undefined && this.#at >= view.byteLength) {
      this.#at -= view.byteLength
      view = this.#parts[++this.#part]
    }
    if (view === undefined) throw damaged
    return view
  }

  #byte(): number {
    const value = this.#view().getUint8(this.#at)
    this.#at++
    return value
  }

  #number(bytes: number): number {
    let value = 0
    for (let at = 0; at < bytes; at++) value += this.#byte() * 2 ** (8 * at)
    return value
  }

  next(): string {
    const length = this.#number(2)
    const flags = this.#byte()
    const runs = (flags & 8) === 0 ? 0 : this.#number(2)
    const extra = (flags & 4) === 0 ? 0 : this.#number(4)
    let isWide = (flags & 1) !== 0
    let text = ""
    while (text.length < length) {
      const before = this.#part
      const view = this.#view()
      if (this.#part !== before) isWide = (this.#byte() & 1) !== 0
      const room = view.byteLength - this.#at
      const count = Math.min(length - text.length, isWide ? Math.floor(room / 2) : room)
      const bytes = bytesIn(view, this.#at, isWide ? count * 2 : count)
      text += isWide ? wide.decode(bytes) : narrow(bytes)
      this.#at += bytes.length
      if (count === 0) this.#at = view.byteLength
    }
    this.#skip(runs * 4 + extra)
    return text
  }

  #skip(bytes: number): void {
    if (bytes === 0) return
    this.#at += bytes
    for (
      let view = this.#parts[this.#part];
      view !== undefined && this.#at > view.byteLength;
      view = this.#parts[this.#part]
    ) {
      this.#at -= view.byteLength
      this.#part++
    }
  }
}

/** A text that stands in a record: its length, and in BIFF 8 how its characters are written. */
const textAt = (data: DataView, at: number, lengthBytes: 1 | 2, isBiff8: boolean, page: TextDecoder): string => {
  const length = lengthBytes === 1 ? data.getUint8(at) : data.getUint16(at, true)
  const from = at + lengthBytes
  if (!isBiff8) return page.decode(bytesIn(data, from, length))
  const isWide = (data.getUint8(from) & 1) !== 0
  const bytes = bytesIn(data, from + 1, isWide ? length * 2 : length)
  return isWide ? wide.decode(bytes) : narrow(bytes)
}

const valueOfRk = (raw: number): number => {
  const parts = new DataView(new ArrayBuffer(8))
  parts.setInt32(4, raw & ~3, true)
  const value = (raw & 2) !== 0 ? raw >> 2 : parts.getFloat64(0, true)
  return (raw & 1) !== 0 ? value / 100 : value
}

const errors: Readonly<Record<number, string>> = {
  0: "#NULL!",
  7: "#DIV/0!",
  15: "#VALUE!",
  23: "#REF!",
  29: "#NAME?",
  36: "#NUM!",
  42: "#N/A"
}

/** The sheets of a workbook. */
export const sheetsOf = (bytes: Uint8Array): ReadonlyArray<Sheet> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let isBiff8 = true
  let is1904 = false
  let page = new TextDecoder("windows-1252")
  const codes = new Map<number, string>()
  const formats: Array<number> = []
  const named: Array<{ readonly name: string; readonly offset: number }> = []
  let strings: ReadonlyArray<string> = []
  let parts: Array<DataView> | undefined
  for (const { data, type } of recordsFrom(view, 0)) {
    if (type === record.goesOn) {
      parts?.push(data)
      continue
    }
    if (parts !== undefined) {
      strings = readStrings(parts)
      parts = undefined
    }
    if (type === record.end) break
    switch (type) {
      case record.begin:
        isBiff8 = data.getUint16(0, true) >= 0x600
        if (data.getUint16(0, true) < 0x500) throw tooOld
        break
      case record.password:
        throw encrypted
      case record.dates:
        is1904 = data.getUint16(0, true) === 1
        break
      case record.codePage:
        page = new TextDecoder(codePages[data.getUint16(0, true)] ?? "windows-1252")
        break
      case record.sheet:
        // Charts and macros are sheets as well.
        if (named.length < mostSheets && data.getUint8(5) === 0) {
          named.push({ offset: data.getUint32(0, true), name: textAt(data, 6, 1, isBiff8, page) })
        }
        break
      case record.format:
        codes.set(data.getUint16(0, true), textAt(data, 2, isBiff8 ? 2 : 1, isBiff8, page))
        break
      case record.style:
        if (formats.length < 65_536) formats.push(data.getUint16(2, true))
        break
      case record.strings:
        parts = [data]
    }
  }
  const styles = formats.map((id) => styleOfFormat(id, codes.get(id)))
  const book: Book = { view, isBiff8, is1904, page, styles, strings }
  return named.map(({ name, offset }) => ({ name, rows: rowsOfSheet(book, offset) }))
}

const readStrings = (parts: ReadonlyArray<DataView>): ReadonlyArray<string> => {
  const count = parts[0]?.getUint32(4, true) ?? 0
  if (count > mostStrings) throw damaged
  const reader = new StringsReader(parts, 8)
  return Array.from({ length: count }, () => reader.next())
}

interface Book {
  readonly view: DataView
  readonly isBiff8: boolean
  readonly is1904: boolean
  readonly page: TextDecoder
  readonly styles: ReadonlyArray<NumberStyle>
  readonly strings: ReadonlyArray<string>
}

interface OpenRow {
  readonly cells: Array<string>
  problem?: Words
}

/** The rows of a sheet, in their order; cells stand row by row in the file, but need not. */
function* rowsOfSheet(book: Book, offset: number): Generator<CellRow> {
  const rows = new Map<number, OpenRow>()
  let waiting: { readonly row: number; readonly column: number } | undefined
  const rowAt = (row: number) => {
    const known = rows.get(row)
    if (known !== undefined) return known
    const made: OpenRow = { cells: [] }
    rows.set(row, made)
    return made
  }
  const put = (row: number, column: number, text: string) => {
    const { cells } = rowAt(row)
    while (cells.length < column) cells.push("")
    cells[column] = text
  }
  const fault = (row: number, problem: Words) => {
    const known = rowAt(row)
    known.problem ??= problem
  }
  const putNumber = (row: number, column: number, style: number, value: number) => {
    const text = numberAsShown(value, book.styles[style] ?? "number", book.is1904)
    if (text === undefined) fault(row, problems.dateWithoutYear(`${nameOfColumn(column)}${row + 1}`))
    else put(row, column, text)
  }
  const putTruth = (row: number, column: number, value: number, isError: boolean) => {
    if (isError) fault(row, problems.errorCell(`${nameOfColumn(column)}${row + 1}`, errors[value] ?? "#"))
    else put(row, column, value === 1 ? "TRUE" : "FALSE")
  }
  let depth = 0
  for (const { data, type } of recordsFrom(book.view, offset)) {
    // A chart inside a sheet has a beginning and an end of its own.
    if (type === record.begin) depth++
    if (type === record.end && --depth <= 0) break
    if (type === record.string && waiting !== undefined) {
      put(waiting.row, waiting.column, textAt(data, 0, 2, book.isBiff8, book.page))
      waiting = undefined
    }
    if (depth > 1 || data.byteLength < 8) continue
    const [row, column, style] = [data.getUint16(0, true), data.getUint16(2, true), data.getUint16(4, true)]
    switch (type) {
      case record.shared: {
        const text = book.strings[data.getUint32(6, true)]
        if (text === undefined) fault(row, problems.missingText(`${nameOfColumn(column)}${row + 1}`))
        else put(row, column, text)
        break
      }
      case record.label:
      case record.richLabel:
        put(row, column, textAt(data, 6, 2, book.isBiff8, book.page))
        break
      case record.number:
        putNumber(row, column, style, data.getFloat64(6, true))
        break
      case record.rk:
        putNumber(row, column, style, valueOfRk(data.getInt32(6, true)))
        break
      case record.numbers:
        for (let at = 4, place = 0; at + 8 <= data.byteLength; at += 6, place++) {
          putNumber(row, column + place, data.getUint16(at, true), valueOfRk(data.getInt32(at + 2, true)))
        }
        break
      case record.truth:
        putTruth(row, column, data.getUint8(6), data.getUint8(7) === 1)
        break
      case record.formula:
        if (data.getUint16(12, true) !== 0xffff) putNumber(row, column, style, data.getFloat64(6, true))
        else if (data.getUint8(6) === 0) waiting = { row, column }
        else if (data.getUint8(6) < 3) putTruth(row, column, data.getUint8(8), data.getUint8(6) === 2)
    }
  }
  for (const [row, { cells, problem }] of [...rows].sort(([a], [b]) => a - b)) {
    yield { row: row + 1, cells, ...(problem === undefined ? {} : { problem }) }
  }
}

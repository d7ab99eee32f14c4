import { CsvError, parse } from "csv-parse"
import { parse as parseNow } from "csv-parse/sync"
import { Readable } from "node:stream"
import type { Words } from "../../files/Words.ts"
import { columnsOf } from "../../files/mapping/columns.ts"
import { readGivenColumns } from "../../files/mapping/GivenColumns.ts"
import { Result } from "effect"
import { unguardCell } from "../cells.ts"
import { fileLimits, type SourceRow, UnreadableFile } from "../SourceRow.ts"
import { makeTable, noHeader, type Reading } from "./table.ts"
import { type Encoding, type OnRead, textOf } from "./text.ts"

export type Delimiter = "," | "\t" | ";" | "|" | "，"

const delimiters: ReadonlyArray<Delimiter> = ["\t", ",", ";", "|", "，"]

const settings = { relax_quotes: true, relax_column_count: true, record_delimiter: ["\r\n", "\n", "\r"] }

/**
 * What separates the values of a text, found from its first lines: what makes names of columns that are known, else what parts
 * most lines alike; `undefined` where it is no table.
 */
export const delimiterOf = (head: string): Delimiter | undefined => {
  const said = /^\ufeff?sep=(.)\r?\n/i.exec(head)?.[1] ?? ankiHeader(head)?.delimiter
  const known = delimiters.find((delimiter) => delimiter === said)
  if (known !== undefined) return known
  let best: { readonly delimiter: Delimiter; readonly score: number } | undefined
  for (const delimiter of delimiters) {
    if (!head.includes(delimiter)) continue
    const score = scoreOf(recordsOf(head, delimiter))
    if (score > 0 && (best === undefined || score > best.score)) best = { delimiter, score }
  }
  return best?.delimiter
}

/** The first records of a text that may break off anywhere. */
const recordsOf = (head: string, delimiter: Delimiter): ReadonlyArray<ReadonlyArray<string>> => {
  const lines = head
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .slice(0, 40)
  try {
    const records: unknown = parseNow(lines.join("\n"), { ...settings, delimiter, to: 20 })
    return Array.isArray(records) ? records.map((record) => (Array.isArray(record) ? record.map(String) : [])) : []
  } catch {
    // a quoted cell goes on behind the lines looked at
    return lines.map((line) => line.split(delimiter))
  }
}

const scoreOf = (records: ReadonlyArray<ReadonlyArray<string>>): number => {
  const names = records.slice(0, 20).map((record) => {
    const { answerParts, fields, options } = columnsOf(record)
    const isHeader = fields.has("title") && (fields.has("answer") || answerParts.length > 0 || options.length > 1)
    return isHeader ? fields.size + options.length + answerParts.length : 0
  })
  const best = Math.max(0, ...names)
  if (best > 0) return 100 + best
  const widths = records.filter((record) => record.some((cell) => cell.trim() !== "")).map(({ length }) => length)
  const width = widths[0] ?? 0
  const alike = widths.filter((other) => other === width).length
  const isNumbered = records.some(([first = ""]) => /^\s*\d{1,4}\s*[.、．]/.test(first))
  return width > (isNumbered ? 2 : 1) && widths.length > 1 && alike === widths.length ? width : 0
}

/** The rows of a text of separated values, some hundred at a time. */
export async function* readSeparated(
  file: string,
  encoding: Encoding,
  delimiter: Delimiter,
  head: string,
  reading: Reading,
  onRead: OnRead
): AsyncGenerator<ReadonlyArray<SourceRow>> {
  const anki = ankiHeader(head)
  const hasSep = /^\ufeff?sep=/i.test(head)
  const table = makeTable(anki === undefined || reading.given.length > 0 ? reading : { ...reading, given: anki.given })
  const parser = parse({ ...settings, delimiter, bom: true, max_record_size: fileLimits.rowCharacters })
  const source = Readable.from(textOf(file, encoding, onRead), { highWaterMark: 1 })
  source.on("error", (error) => parser.destroy(error))
  source.pipe(parser)
  let row = 0
  let rows: Array<SourceRow> = []
  const give = (read: SourceRow) => void rows.push(read)
  try {
    for await (const record of parser) {
      row++
      const cells = cellsOf(record)
      if (row === 1 && hasSep) continue
      if (anki !== undefined && row <= anki.lines && cells[0]?.startsWith("#") === true) continue
      table.read({ row, cells }, give)
      if (rows.length >= 200) {
        yield rows
        rows = []
      }
    }
    table.end(give)
  } catch (error) {
    // What stands before the fault counts.
    if (error instanceof CsvError) table.end(give)
    if (rows.length > 0) yield rows
    throw error instanceof CsvError ? new UnreadableFile(wordsOf(error), row + 1) : error
  } finally {
    source.destroy()
    parser.destroy()
  }
  if (rows.length > 0) yield rows
  if (!table.isFound) throw noHeader(table.begins, reading.given)
}

const cellsOf = (record: unknown): ReadonlyArray<string> =>
  Array.isArray(record) ? record.map((cell) => unguardCell(String(cell))) : []

const wordsOf = ({ code, message }: CsvError): Words => {
  switch (code) {
    case "CSV_MAX_RECORD_SIZE":
      return {
        zh: `这一行超过 ${fileLimits.rowCharacters} 字节：是不是少了一个引号？`,
        en: `the row is longer than ${fileLimits.rowCharacters} bytes: is a quotation mark not closed?`
      }
    case "CSV_QUOTE_NOT_CLOSED":
      return {
        zh: "文件结束时引号还没有关上：少了一个引号",
        en: "the file ends inside a quoted cell: a quotation mark is not closed"
      }
    default:
      return { zh: `CSV 有误：${message}`, en: message }
  }
}

const ankiNames: Readonly<Record<string, Delimiter>> = { tab: "\t", comma: ",", semicolon: ";", pipe: "|" }

/** The lines that Anki writes above its notes: what separates them, and which columns are front and back. */
const ankiHeader = (head: string) => {
  if (!/^\ufeff?#(?:separator|html|columns):/i.test(head)) return undefined
  const lines = head.replace(/^\ufeff/, "").split(/\r?\n/)
  const above = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith("#"))
  )
  const said = (name: string) =>
    above
      .find((line) => line.toLowerCase().startsWith(`#${name}:`))
      ?.slice(name.length + 2)
      .trim()
  const separator = said("separator") ?? "tab"
  const delimiter = ankiNames[separator.toLowerCase()] ?? delimiters.find((known) => known === separator) ?? "\t"
  const special = new Set(
    above.flatMap((line) => {
      const column = /^#(?:guid|notetype|deck|tags) column:(\d+)/i.exec(line)?.[1]
      return column === undefined ? [] : [Number(column)]
    })
  )
  const [front, back] = [1, 2, 3, 4, 5, 6].filter((column) => !special.has(column))
  const given = readGivenColumns([`question=#${front}`, `answer=#${back}`])
  return { delimiter, lines: above.length, given: Result.isSuccess(given) ? given.success : [] }
}

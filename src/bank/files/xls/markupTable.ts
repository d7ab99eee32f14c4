// Tables in markup that are called .xls: pages of HTML, and Excel's own XML of 2003.
import { decodeHTML } from "entities"
import { textTooLong } from "../problems.ts"
import { makeTable, noHeader, type Reading } from "../../transfer/reading/table.ts"
import { type Encoding, type OnRead, textOf } from "../../transfer/reading/text.ts"
import { fileLimits, type SourceRow, UnreadableFile } from "../../transfer/SourceRow.ts"

/** Whether a text is a page with a table, or a workbook in XML. */
export const isMarkup = (head: string): boolean =>
  /^\s*(?:<!doctype\s+html|<html|<table|<meta|<style|<\?xml|<Workbook|<div|<body)/i.test(head) &&
  /<(?:table|ss:table|Workbook)\b/i.test(head)

const tag = /<(\/?)([\w:-]+)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g
const kept = /^(?:sup|sub)$/i
const mostSpan = 64

/** The rows of all tables of a text in markup. */
export async function* readMarkup(
  file: string,
  encoding: Encoding,
  reading: Reading,
  onRead: OnRead
): AsyncGenerator<ReadonlyArray<SourceRow>> {
  let text = ""
  for await (const part of textOf(file, encoding, onRead)) {
    text += part
    if (text.length > fileLimits.rowCharacters) throw new UnreadableFile(textTooLong(fileLimits.rowCharacters))
  }
  const rows: Array<SourceRow> = []
  const give = (row: SourceRow) => void rows.push(row)
  let hasTable = false
  let begins: ReadonlyArray<string> = []
  const tables = tablesIn(text.replace(/<!--[\s\S]*?-->|<(style|script)\b[\s\S]*?<\/\1>/gi, ""))
  for (const { name, rows: cells } of tables) {
    const table = makeTable(reading, tables.length > 1 ? name : undefined, name)
    for (const [at, row] of cells.entries()) table.read({ row: at + 1, cells: row }, give)
    table.end(give)
    hasTable ||= table.isFound
    if (begins.length === 0) begins = table.begins
  }
  if (!hasTable) throw noHeader(begins, reading.given)
  yield rows
}

interface MarkupTable {
  readonly name: string
  readonly rows: Array<Array<string>>
}

const tablesIn = (text: string): ReadonlyArray<MarkupTable> => {
  const tables: Array<MarkupTable> = []
  let name = ""
  let cell: string | undefined
  let span = 1
  let end = 0
  const row = () => tables.at(-1)?.rows.at(-1)
  for (const { 0: whole, 1: slash, 2: raw = "", 3: attributes = "", index } of text.matchAll(tag)) {
    if (cell !== undefined) cell += text.slice(end, index)
    end = index + whole.length
    const element = raw.slice(raw.indexOf(":") + 1).toLowerCase()
    const isEnd = slash === "/"
    const value = (wanted: string) => new RegExp(`\\b${wanted}\\s*=\\s*["']?([^"'>\\s]+)`, "i").exec(attributes)?.[1]
    switch (element) {
      case "worksheet":
        if (!isEnd) name = decodeHTML(/\bName\s*=\s*"([^"]*)"/i.exec(attributes)?.[1] ?? "")
        break
      case "table":
        if (!isEnd && tables.length < 1000)
          tables.push({ name: name === "" ? `#${tables.length + 1}` : name, rows: [] })
        break
      case "tr":
      case "row":
        if (!isEnd) tables.at(-1)?.rows.push([])
        break
      case "td":
      case "th":
      case "cell": {
        if (isEnd || /\/\s*$/.test(attributes)) {
          const cells = row()
          cells?.push(
            decodeHTML((cell ?? "").replace(/[ \t]*\r?\n[ \t]*/g, element === "cell" ? "\n" : " "))
              .replace(/\u00a0/g, " ")
              .replace(/ *\n */g, "\n")
              .trim(),
            ...Array.from({ length: span - 1 }, () => "")
          )
          cell = undefined
          break
        }
        const at = Number(value("Index")) || 0
        const cells = row()
        const skipped = Math.min(at, fileLimits.columns) - 1 - (cells?.length ?? 0)
        cells?.push(...Array.from({ length: Math.max(0, skipped) }, () => ""))
        span = Math.min(mostSpan, Math.max(1, Number(value("colspan")) || 1 + (Number(value("MergeAcross")) || 0)))
        cell = ""
        break
      }
      case "br":
        if (cell !== undefined) cell += "&#10;"
        break
      default:
        if (cell !== undefined && kept.test(element)) cell += whole
    }
  }
  return tables
}

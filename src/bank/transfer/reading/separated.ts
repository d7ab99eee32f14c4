import { CsvError, parse } from "csv-parse"
import { Readable } from "node:stream"
import { unguardCell } from "../cells.ts"
import { fileLimits, type SourceRow, UnreadableFile } from "../SourceRow.ts"
import { makeTable } from "./table.ts"
import { encodingOf, type OnRead, textOf } from "./text.ts"

/** The rows of a file of values separated by commas or tabs, some hundred at a time. */
export async function* readSeparated(
  file: string,
  delimiter: "," | "\t",
  onRead: OnRead
): AsyncGenerator<ReadonlyArray<SourceRow>> {
  const encoding = await encodingOf(file)
  const table = makeTable()
  const parser = parse({
    delimiter,
    bom: true,
    relax_quotes: true,
    relax_column_count: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    max_record_size: fileLimits.rowCharacters
  })
  const source = Readable.from(textOf(file, encoding, onRead), { highWaterMark: 1 })
  source.on("error", (error) => parser.destroy(error))
  source.pipe(parser)
  let row = 0
  let rows: Array<SourceRow> = []
  const give = (read: SourceRow) => void rows.push(read)
  try {
    for await (const record of parser) {
      row++
      table.read({ row, cells: cellsOf(record) }, give)
      if (rows.length >= 200) {
        yield rows
        rows = []
      }
    }
    table.end(give)
  } catch (error) {
    if (rows.length > 0) yield rows
    throw error instanceof CsvError ? new UnreadableFile(messageOf(error), row + 1) : error
  } finally {
    source.destroy()
    parser.destroy()
  }
  if (rows.length > 0) yield rows
}

const cellsOf = (record: unknown): ReadonlyArray<string> =>
  Array.isArray(record) ? record.map((cell) => unguardCell(String(cell))) : []

const messageOf = ({ code, message }: CsvError): string => {
  switch (code) {
    case "CSV_MAX_RECORD_SIZE":
      return `the row is longer than ${fileLimits.rowCharacters} bytes: is a quotation mark not closed?`
    case "CSV_QUOTE_NOT_CLOSED":
      return "the file ends inside a quoted cell: a quotation mark is not closed"
    default:
      return message
  }
}

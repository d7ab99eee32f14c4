import { Stream } from "effect"
import { guardCell } from "./cells.ts"
import { type ExportFilter, type ExportRow, exportRows } from "./ExportRow.ts"
import type { FileFormat } from "./FileFormat.ts"
import { cellsOfRow, columnNames, objectOfRow } from "./writing/cellsOfRow.ts"
import { workbookOf } from "./writing/workbook.ts"

/** The bank as a file, made while it is read: an import of it gives the same questions. */
export const exportFile = (format: FileFormat, filter: ExportFilter) => {
  switch (format) {
    case "xlsx":
      return workbookOf(Stream.concat(Stream.make([columnNames]), pagesAs(cellsOfRow)))
    case "csv":
      return separated(",")
    case "tsv":
      return separated("\t")
    case "json":
      return Stream.make("[").pipe(Stream.concat(elements()), Stream.concat(Stream.make("\n]\n")), Stream.encodeText)
    case "jsonl":
      return texts(pagesAs((row) => `${JSON.stringify(objectOfRow(row))}\n`))
  }

  /** The next page is made while the one before it is packed and sent. */
  function pagesAs<A>(write: (row: ExportRow) => A) {
    return exportRows(filter).pipe(
      Stream.map((rows) => rows.map(write)),
      Stream.buffer({ capacity: 1 })
    )
  }

  function texts<E, R>(pages: Stream.Stream<ReadonlyArray<string>, E, R>) {
    return pages.pipe(
      Stream.map((lines) => lines.join("")),
      Stream.encodeText
    )
  }

  function separated(delimiter: Delimiter) {
    const line = (cells: ReadonlyArray<string | number>) =>
      `${cells.map((cell) => quoted(guardCell(String(cell)), delimiter)).join(delimiter)}\r\n`
    // The mark tells spreadsheets that it is UTF-8.
    return texts(
      Stream.concat(
        Stream.make([`\ufeff${line(columnNames)}`]),
        pagesAs((row) => line(cellsOfRow(row)))
      )
    )
  }

  function elements() {
    return Stream.mapAccum(
      pagesAs((row) => `\n${JSON.stringify(objectOfRow(row))}`),
      () => true,
      (isFirst, rows) => {
        const text = rows.join(",")
        return [isFirst && rows.length === 0, [isFirst || text === "" ? text : `,${text}`]] as const
      }
    )
  }
}

type Delimiter = "," | "\t"

const quoted = (cell: string, delimiter: Delimiter): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell

import { Stream } from "effect"
import { guardCell } from "./cells.ts"
import { type ExportFilter, exportRows } from "./ExportRow.ts"
import type { FileFormat } from "./FileFormat.ts"
import { cellsOfRow, columnNames, objectOfRow } from "./writing/cellsOfRow.ts"
import { workbookOf } from "./writing/workbook.ts"

/** The bank as a file, made while it is read: an import of it gives the same questions. */
export const exportFile = (format: FileFormat, filter: ExportFilter) => {
  const pages = exportRows(filter)
  switch (format) {
    case "xlsx":
      return workbookOf(
        Stream.make([columnNames]).pipe(Stream.concat(Stream.map(pages, (rows) => rows.map(cellsOfRow))))
      )
    case "csv":
      return separated(",")
    case "tsv":
      return separated("\t")
    case "json":
      return Stream.make("[").pipe(Stream.concat(elements()), Stream.concat(Stream.make("\n]\n")), Stream.encodeText)
    case "jsonl":
      return Stream.map(pages, (rows) => rows.map((row) => `${JSON.stringify(objectOfRow(row))}\n`).join("")).pipe(
        Stream.encodeText
      )
  }

  function separated(delimiter: string) {
    const line = (cells: ReadonlyArray<string | number>) =>
      `${cells.map((cell) => quoted(guardCell(String(cell)), delimiter)).join(delimiter)}\r\n`
    // The mark tells spreadsheets that it is UTF-8.
    return Stream.make(`\ufeff${line(columnNames)}`).pipe(
      Stream.concat(Stream.map(pages, (rows) => rows.map((row) => line(cellsOfRow(row))).join(""))),
      Stream.encodeText
    )
  }

  function elements() {
    return Stream.mapAccum(
      pages,
      () => true,
      (isFirst, rows) => {
        const text = rows.map((row) => `\n${JSON.stringify(objectOfRow(row))}`).join(",")
        return [isFirst && rows.length === 0, [isFirst || text === "" ? text : `,${text}`]] as const
      }
    )
  }
}

const quoted = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell

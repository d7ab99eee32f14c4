import { Effect, Stream } from "effect"
import type { Xml } from "effect/encoding"
import { type SourceRow, UnreadableFile } from "../SourceRow.ts"
import { SheetParser, type Workbook } from "./SheetParser.ts"
import { makeTable, noHeader, type Reading } from "./table.ts"
import type { OnRead } from "./text.ts"
import { partsOf, readPart, readWorkbook, unreadable } from "./workbook.ts"

/**
 * The rows of all sheets of a workbook whose columns can be told, in the order of the file; of the others it is said how many rows
 * were passed over. The file is read twice: the texts that cells refer to often stand behind the sheets.
 */
export const readXlsx = (file: string, reading: Reading, onRead: OnRead): AsyncIterable<ReadonlyArray<SourceRow>> => {
  const rows = Stream.unwrap(
    Effect.map(readWorkbook(file), ({ book, sheets }) => {
      let hasFound = false
      let hasTable = false
      let begins: ReadonlyArray<string> = []
      const read = partsOf(file, onRead).pipe(
        Stream.filter(({ path }) => sheets.has(path)),
        Stream.flatMap(({ body, path }) => {
          hasFound = true
          const table = makeTable(reading, sheets.size > 1 ? sheets.get(path) : undefined, sheets.get(path))
          const ended = Effect.sync(() => {
            hasTable ||= table.isFound
            if (begins.length === 0) begins = table.begins
          })
          return rowsOfSheet(readPart(body), book, table).pipe(Stream.concat(Stream.fromEffectDrain(ended)))
        })
      )
      const end = Effect.suspend(() => {
        if (!hasFound) {
          return Effect.fail(
            new UnreadableFile({ zh: "这不是 xlsx 文件：里面没有工作表", en: "this is no xlsx file: it has no sheet" })
          )
        }
        return hasTable ? Effect.void : Effect.fail(noHeader(begins, reading.given))
      })
      return Stream.concat(read, Stream.fromEffectDrain(end))
    })
  )
  return Stream.toAsyncIterable(Stream.mapError(rows, unreadable))
}

const rowsOfSheet = <E>(events: Stream.Stream<Xml.Event, E>, book: Workbook, table: ReturnType<typeof makeTable>) => {
  const parser = new SheetParser(book)
  const giving = (use: (give: (row: SourceRow) => void) => void) =>
    Effect.try({
      try: () => {
        const rows: Array<SourceRow> = []
        use((row) => void rows.push(row))
        return [rows] as const
      },
      catch: unreadable
    })
  return Stream.mapArrayEffect(events, (some) =>
    giving((give) => {
      for (const event of some) {
        const row = parser.read(event)
        if (row !== undefined) table.read(row, give)
      }
    })
  ).pipe(Stream.concat(Stream.mapArrayEffect(Stream.succeed(undefined), () => giving(table.end))))
}

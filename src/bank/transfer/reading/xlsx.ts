import { Effect, Stream } from "effect"
import type { Xml } from "effect/encoding"
import { type SourceRow, UnreadableFile } from "../SourceRow.ts"
import { inSheet } from "../understand.ts"
import { SheetParser, type Workbook } from "./SheetParser.ts"
import { makeTable, NoHeader } from "./table.ts"
import type { OnRead } from "./text.ts"
import { partsOf, readPart, readWorkbook, unreadable } from "./workbook.ts"

/**
 * The rows of all sheets of a workbook that have a row with the names of the columns, in the order of the file; the others are
 * passed over, unless none has one. The file is read twice: the texts that cells refer to often stand behind the sheets.
 */
export const readXlsx = (file: string, onRead: OnRead): AsyncIterable<ReadonlyArray<SourceRow>> => {
  const rows = Stream.unwrap(
    Effect.map(readWorkbook(file), ({ book, sheets }) => {
      let noHeader: NoHeader | undefined
      let hasFound = false
      let hasTable = false
      const read = partsOf(file, onRead).pipe(
        Stream.filter(({ path }) => sheets.has(path)),
        Stream.flatMap(({ body, path }) => {
          hasFound = true
          const sheet = sheets.size > 1 ? sheets.get(path) : undefined
          const ended = Effect.sync(() => {
            hasTable = true
          })
          return rowsOfSheet(readPart(body), book, sheet, ended).pipe(
            Stream.catchIf(
              (error) => error instanceof NoHeader,
              (error) => {
                noHeader ??= error
                return Stream.empty
              }
            )
          )
        })
      )
      const end = Effect.suspend(() => {
        if (!hasFound) return Effect.fail(new UnreadableFile("this is no xlsx file: it has no sheet"))
        return hasTable || noHeader === undefined ? Effect.void : Effect.fail(noHeader)
      })
      return Stream.concat(read, Stream.fromEffectDrain(end))
    })
  )
  return Stream.toAsyncIterable(Stream.mapError(rows, unreadable))
}

const rowsOfSheet = <E>(
  events: Stream.Stream<Xml.Event, E>,
  book: Workbook,
  sheet: string | undefined,
  ended: Effect.Effect<void>
) => {
  const parser = new SheetParser(book)
  const table = makeTable()
  const named = (row: SourceRow): SourceRow => {
    if (sheet === undefined) return row
    return "problem" in row
      ? { row: row.row, problem: inSheet(sheet, row.problem) }
      : { row: row.row, fields: { ...row.fields, sheet } }
  }
  const giving = (use: (give: (row: SourceRow) => void) => void) =>
    Effect.try({
      try: () => {
        const rows: Array<SourceRow> = []
        use((row) => void rows.push(named(row)))
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
  ).pipe(
    Stream.concat(Stream.mapArrayEffect(Stream.succeed(undefined), () => giving(table.end))),
    Stream.concat(Stream.fromEffectDrain(ended))
  )
}

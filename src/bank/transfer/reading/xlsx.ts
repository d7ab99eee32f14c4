import { Effect, Stream } from "effect"
import type { SourceRow } from "../SourceRow.ts"
import { UnreadableFile } from "../SourceRow.ts"
import { SheetParser } from "./SheetParser.ts"
import { makeTable } from "./table.ts"
import type { OnRead } from "./text.ts"
import { partsOf, readPart, readWorkbook, unreadable } from "./workbook.ts"

/**
 * The rows of the first sheet of a workbook. It is read twice: the texts that cells refer to often stand behind the
 * sheets.
 */
export const readXlsx = (file: string, onRead: OnRead): AsyncIterable<ReadonlyArray<SourceRow>> => {
  const rows = Stream.unwrap(
    Effect.map(readWorkbook(file), ({ book, sheet }) => {
      const table = makeTable()
      const parser = new SheetParser(book)
      let found = false
      const read = partsOf(file, onRead).pipe(
        Stream.filter(({ path }) => path === sheet),
        Stream.take(1),
        Stream.flatMap(({ body }) => {
          found = true
          return readPart(body)
        }),
        Stream.mapArrayEffect((events) =>
          Effect.try({
            try: () => {
              const rows: Array<SourceRow> = []
              for (const event of events) {
                const row = parser.read(event)
                const read = row === undefined ? undefined : table.read(row)
                if (read !== undefined) rows.push(read)
              }
              return [rows] as const
            },
            catch: unreadable
          })
        )
      )
      const end = Stream.suspend(() =>
        Stream.fromEffectDrain(
          Effect.try({
            try: () => {
              if (!found) throw new UnreadableFile("this is no xlsx file: it has no sheet")
              table.end()
            },
            catch: unreadable
          })
        )
      )
      return Stream.concat(read, end)
    })
  )
  return Stream.toAsyncIterable(Stream.mapError(rows, unreadable))
}

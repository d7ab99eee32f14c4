import { Cause, Effect, Stream } from "effect"
import { Zip } from "effect/encoding"
import { type Cells, splitRow } from "../rowParts.ts"

const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
const documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
const packages = "http://schemas.openxmlformats.org/package/2006"
const spreadsheets = "application/vnd.openxmlformats-officedocument.spreadsheetml"

const rootRelationships = Zip.file(
  "_rels/.rels",
  `${xml}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${documents}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
)

/** What names the sheets, once it is known how many there are; to stand behind them does no harm. */
const namingParts = (count: number) => {
  const each = (write: (sheet: number) => string) => Array.from({ length: count }, (_, at) => write(at + 1)).join("")
  return [
    Zip.file(
      "xl/workbook.xml",
      `${xml}<workbook xmlns="${main}" xmlns:r="${documents}"><sheets>${each(
        (sheet) => `<sheet name="题库${sheet === 1 ? "" : sheet}" sheetId="${sheet}" r:id="rId${sheet}"/>`
      )}</sheets></workbook>`
    ),
    Zip.file(
      "xl/_rels/workbook.xml.rels",
      `${xml}<Relationships xmlns="${packages}/relationships">${each(
        (sheet) =>
          `<Relationship Id="rId${sheet}" Type="${documents}/worksheet" Target="worksheets/sheet${sheet}.xml"/>`
      )}</Relationships>`
    ),
    Zip.file(
      "[Content_Types].xml",
      `${xml}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${spreadsheets}.sheet.main+xml"/>${each(
        (sheet) => `<Override PartName="/xl/worksheets/sheet${sheet}.xml" ContentType="${spreadsheets}.worksheet+xml"/>`
      )}</Types>`
    )
  ]
}

/** Most rows of a sheet, the names of the columns included. */
const mostRowsOfSheet = 1_048_576

/**
 * A workbook of these rows, packed while they come, over as many sheets as they need; the first row, the names of the columns,
 * stands above each. Cells that are too long for a spreadsheet go on in the rows below (`splitRow`).
 */
export const workbookOf = <E, R>(
  rows: Stream.Stream<ReadonlyArray<Cells>, E, R>,
  rowsPerSheet = mostRowsOfSheet
): Stream.Stream<Uint8Array, E, R> =>
  Stream.unwrap(
    Effect.map(Stream.toPull(rows), (pull) => {
      let header: Cells | undefined
      // What was read and is not yet written; rows that go together in one.
      let waiting: ReadonlyArray<ReadonlyArray<Cells>> = []
      let at = 0
      let isRead = false
      let sheets = 0
      /** Whether there is a row to write, read if need be. */
      const hasMore: Effect.Effect<boolean, E, R> = Effect.suspend(() => {
        if (at < waiting.length || isRead) return Effect.succeed(at < waiting.length)
        return Effect.matchEffect(pull, {
          onSuccess: (some) => {
            waiting = some.flat().map(splitRow)
            at = 0
            header ??= waiting[at++]?.[0]
            return hasMore
          },
          onFailure: (error) => {
            if (!Cause.isDone(error)) return Effect.fail(error)
            isRead = true
            return hasMore
          }
        })
      })
      const sheetBody = Stream.unfold(rowsPerSheet, (free) =>
        Effect.map(hasMore, () => {
          const isNew = free === rowsPerSheet
          let text = isNew && header !== undefined ? rowXml(header) : ""
          let left = isNew ? free - 1 : free
          for (let isAlone = isNew; at < waiting.length; isAlone = false) {
            const row = waiting[at] ?? []
            if (row.length > left && !isAlone) break
            text += row.map(rowXml).join("")
            left -= row.length
            at++
          }
          return text === "" ? undefined : ([text, left] as const)
        })
      )
      const sheet = () =>
        Zip.fileStream(
          `xl/worksheets/sheet${sheets}.xml`,
          Stream.make(`${xml}<worksheet xmlns="${main}"><sheetData>`).pipe(
            Stream.concat(sheetBody),
            Stream.concat(Stream.make("</sheetData></worksheet>")),
            Stream.encodeText
          )
        )
      // An entry is asked for when the one before is written to its end.
      const allSheets = Stream.unfold(undefined, () =>
        Effect.map(hasMore, (isMore) => {
          if (sheets > 0 && !isMore) return undefined
          sheets++
          return [sheet(), undefined] as const
        })
      )
      return Stream.make(rootRelationships).pipe(
        Stream.concat(allSheets),
        Stream.concat(Stream.suspend(() => Stream.fromIterable(namingParts(sheets)))),
        Stream.pipeThroughChannel(Zip.encode()),
        // The entries are ours, and valid.
        Stream.catchIf(Zip.isZipError, Stream.die)
      )
    })
  )

const rowXml = (cells: Cells): string => `<row>${cells.map(cellXml).join("")}</row>`

// Inline texts are never formulas. An empty one keeps the place of the next.
const cellXml = (cell: string | number): string => {
  if (typeof cell === "number") return `<c><v>${cell}</v></c>`
  return cell === "" ? "<c/>" : `<c t="inlineStr"><is><t xml:space="preserve">${escapeText(cell)}</t></is></c>`
}

const special = /[&<>\u0000-\u0008\u000b-\u001f\ufeff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g

const escapeText = (text: string): string =>
  text.replace(special, (char) => {
    switch (char) {
      case "&":
        return "&amp;"
      case "<":
        return "&lt;"
      case ">":
        return "&gt;"
      default:
        return `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`
    }
  })

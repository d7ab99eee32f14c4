import { Stream } from "effect"
import { Zip } from "effect/encoding"

const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
const documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
const packages = "http://schemas.openxmlformats.org/package/2006"
const spreadsheets = "application/vnd.openxmlformats-officedocument.spreadsheetml"

const parts = [
  Zip.file(
    "[Content_Types].xml",
    `${xml}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${spreadsheets}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${spreadsheets}.worksheet+xml"/></Types>`
  ),
  Zip.file(
    "_rels/.rels",
    `${xml}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${documents}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
  ),
  Zip.file(
    "xl/workbook.xml",
    `${xml}<workbook xmlns="${main}" xmlns:r="${documents}"><sheets><sheet name="题库" sheetId="1" r:id="rId1"/></sheets></workbook>`
  ),
  Zip.file(
    "xl/_rels/workbook.xml.rels",
    `${xml}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${documents}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
  )
]

type Cells = ReadonlyArray<string | number>

/** A workbook with one sheet of these rows, packed while they come. */
export const workbookOf = <E, R>(rows: Stream.Stream<ReadonlyArray<Cells>, E, R>): Stream.Stream<Uint8Array, E, R> => {
  const sheet = Stream.make(`${xml}<worksheet xmlns="${main}"><sheetData>`).pipe(
    Stream.concat(Stream.map(rows, (some) => some.map(rowXml).join(""))),
    Stream.concat(Stream.make("</sheetData></worksheet>")),
    Stream.encodeText
  )
  return Stream.make(...parts, Zip.fileStream("xl/worksheets/sheet1.xml", sheet)).pipe(
    Stream.pipeThroughChannel(Zip.encode()),
    // The entries are ours, and valid.
    Stream.catchIf(Zip.isZipError, Stream.die)
  )
}

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

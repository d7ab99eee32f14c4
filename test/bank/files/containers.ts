// Real containers of files, made here: workbooks of Excel before and since 2007, Word documents, zip files.
import { Effect, Stream } from "effect"
import { Zip } from "effect/encoding"

/** A zip file of these parts. */
export const zipOf = (parts: Readonly<Record<string, string>>) =>
  Stream.fromIterable(Object.entries(parts).map(([path, content]) => Zip.file(path, content))).pipe(
    Stream.pipeThroughChannel(Zip.encode()),
    Stream.runCollect,
    Effect.map((chunks) => new Uint8Array(Buffer.concat(chunks)))
  )

export type Cell = string | number | { readonly number: number; readonly style: number }
export type Sheets = Readonly<Record<string, ReadonlyArray<ReadonlyArray<Cell>>>>

const escape = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;")

const cellXml = (cell: Cell): string => {
  if (cell === "") return "<c/>"
  if (typeof cell === "number") return `<c><v>${cell}</v></c>`
  return typeof cell === "string"
    ? `<c t="inlineStr"><is><t xml:space="preserve">${escape(cell)}</t></is></c>`
    : `<c s="${cell.style}"><v>${cell.number}</v></c>`
}

/** A workbook of these sheets; styles 1 to 4 show a date, a date without a year, a percentage, a time. */
export const xlsxOf = (sheets: Sheets) => {
  const names = Object.keys(sheets)
  return zipOf({
    "xl/workbook.xml": `<workbook xmlns:r="r"><sheets>${names.map((name, at) => `<sheet name="${escape(name)}" sheetId="${at + 1}" r:id="r${at}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships>${names.map((_, at) => `<Relationship Id="r${at}" Target="worksheets/s${at}.xml"/>`).join("")}</Relationships>`,
    "xl/styles.xml": `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="16"/><xf numFmtId="9"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(
      names.map((name, at) => [
        `xl/worksheets/s${at}.xml`,
        `<worksheet><sheetData>${(sheets[name] ?? []).map((row) => `<row>${row.map(cellXml).join("")}</row>`).join("")}</sheetData></worksheet>`
      ])
    )
  })
}

/** A paragraph, with the number of its list where it has one; or a table. */
export type Block =
  | string
  | { readonly list: number; readonly level?: number; readonly text: string }
  | { readonly xml: string }
  | { readonly table: ReadonlyArray<ReadonlyArray<string>> }

const runXml = (text: string): string => `<w:r><w:t xml:space="preserve">${escape(text)}</w:t></w:r>`
const paragraphXml = (text: string): string => `<w:p>${runXml(text)}</w:p>`

const blockXml = (block: Block): string => {
  if (typeof block === "string") return paragraphXml(block)
  if ("xml" in block) return block.xml
  if ("table" in block) {
    const cell = (text: string) => `<w:tc>${text.split("\n").map(paragraphXml).join("")}</w:tc>`
    return `<w:tbl>${block.table.map((row) => `<w:tr>${row.map(cell).join("")}</w:tr>`).join("")}</w:tbl>`
  }
  return `<w:p><w:pPr><w:numPr><w:ilvl w:val="${block.level ?? 0}"/><w:numId w:val="${block.list}"/></w:numPr></w:pPr>${runXml(block.text)}</w:p>`
}

/** A document of these blocks. List 1 counts 1. 2. 3., list 2 counts A. B. C. and begins anew with each number of its own. */
export const docxOf = (blocks: ReadonlyArray<Block>) =>
  zipOf({
    "word/document.xml": `<w:document xmlns:w="w" xmlns:m="m"><w:body>${blocks.map(blockXml).join("")}</w:body></w:document>`,
    "word/numbering.xml": `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
  })

const u16 = (value: number): ReadonlyArray<number> => [value & 255, (value >> 8) & 255]
const u32 = (value: number): ReadonlyArray<number> => [...u16(value & 0xffff), ...u16(value >>> 16)]
const utf16 = (text: string): ReadonlyArray<number> =>
  Array.from({ length: text.length }, (_, at) => u16(text.charCodeAt(at))).flat()

const record = (type: number, data: ReadonlyArray<number>): ReadonlyArray<number> => [
  ...u16(type),
  ...u16(data.length),
  ...data
]

/** A workbook as Excel 97 to 2003 wrote it; its texts stand in cells of their own. */
export const xlsOf = (sheets: Sheets): Uint8Array => {
  const names = Object.keys(sheets)
  const begin = (type: number) => record(0x809, [...u16(0x600), ...u16(type), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  const end = record(0x0a, [])
  const bodies = names.map((name) => [
    ...begin(0x10),
    ...(sheets[name] ?? []).flatMap((row, at) =>
      row.flatMap((cell, column) => {
        if (cell === "") return []
        const place = [...u16(at), ...u16(column), ...u16(0)]
        if (typeof cell === "string") return record(0x204, [...place, ...u16(cell.length), 1, ...utf16(cell)])
        const bytes = new Uint8Array(new Float64Array([typeof cell === "number" ? cell : cell.number]).buffer)
        return record(0x203, [...place, ...bytes])
      })
    ),
    ...end
  ])
  const named = (offsets: ReadonlyArray<number>) => [
    ...begin(5),
    ...names.flatMap((name, at) => record(0x85, [...u32(offsets[at] ?? 0), 0, 0, name.length, 1, ...utf16(name)])),
    ...end
  ]
  const head = named([]).length
  const offsets = bodies.map((_, at) => head + bodies.slice(0, at).reduce((total, { length }) => total + length, 0))
  return compoundFile("Workbook", Uint8Array.from([...named(offsets), ...bodies.flat()]))
}

/** A compound file with one stream. */
export const compoundFile = (name: string, content: Uint8Array): Uint8Array => {
  const sector = 512
  const padded = Math.max(content.length, 4096)
  const count = Math.ceil(padded / sector)
  const fatCount = Math.ceil((count + 2) / 127)
  const head = new Uint8Array(sector)
  const view = new DataView(head.buffer)
  head.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
  const put: ReadonlyArray<readonly [number, number]> = [
    [0x2c, fatCount],
    [0x30, fatCount],
    [0x38, 4096],
    [0x3c, 0xffff_fffe],
    [0x44, 0xffff_fffe]
  ]
  for (const [at, value] of put) view.setUint32(at, value, true)
  view.setUint16(0x1e, 9, true)
  view.setUint16(0x20, 6, true)
  for (let at = 0; at < 109; at++) view.setUint32(0x4c + at * 4, at < fatCount ? at : 0xffff_ffff, true)
  const fat = Array.from({ length: (fatCount * sector) / 4 }, (_, at) => {
    if (at < fatCount) return 0xffff_fffd
    if (at === fatCount || at === fatCount + count) return 0xffff_fffe
    return at < fatCount + count ? at + 1 : 0xffff_ffff
  })
  const entry = (text: string, type: number, start: number, size: number) => {
    const bytes = new Uint8Array(128)
    bytes.set(utf16(text))
    const fields = new DataView(bytes.buffer)
    fields.setUint16(0x40, (text.length + 1) * 2, true)
    fields.setUint8(0x42, type)
    fields.setUint32(0x74, start, true)
    fields.setUint32(0x78, size, true)
    return bytes
  }
  const directory = Buffer.concat([
    entry("Root Entry", 5, 0xffff_fffe, 0),
    entry(name, 2, fatCount + 1, padded),
    new Uint8Array(256)
  ])
  const body = new Uint8Array(count * sector)
  body.set(content)
  return new Uint8Array(Buffer.concat([head, Uint8Array.from(fat.flatMap(u32)), directory, body]))
}

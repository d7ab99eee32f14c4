import { Effect, Stream } from "effect"
import { localName } from "../../transfer/reading/SheetParser.ts"
import { makeTable, type Reading } from "../../transfer/reading/table.ts"
import type { OnRead } from "../../transfer/reading/text.ts"
import { partsOf, readPart, unreadable } from "../../transfer/reading/workbook.ts"
import { fileLimits, type SourceRow, UnreadableFile } from "../../transfer/SourceRow.ts"
import { FileReporter } from "../FileReport.ts"
import { noQuestions, textTooLong } from "../problems.ts"
import { type Line, readNumbered } from "../text/numbered.ts"
import { type Block, DocumentParser } from "./DocumentParser.ts"
import { Numbering } from "./numbering.ts"

/**
 * The questions of a Word document: the rows of tables whose columns can be told, and numbered paragraphs. The numbers that Word
 * puts before paragraphs count as if they were typed.
 */
export async function* readDocx(
  file: string,
  reading: Reading,
  onRead: OnRead
): AsyncGenerator<ReadonlyArray<SourceRow>> {
  const blocks = await Effect.runPromise(blocksOf(file, onRead).pipe(Effect.mapError(unreadable), Effect.result))
  if (blocks._tag === "Failure") throw blocks.failure
  const rows: Array<SourceRow> = []
  const lines: Array<Line> = []
  let row = 0
  let begins = ""
  for (const block of blocks.success) {
    row++
    if ("text" in block) {
      if (begins === "") begins = block.text.trim()
      for (const text of block.text.split("\n")) lines.push({ row, text })
      continue
    }
    if (holdsTable(block.rows, reading)) {
      const table = makeTable(reading)
      for (const cells of block.rows) table.read({ row: row++, cells }, (read) => void rows.push(read))
      table.end((read) => void rows.push(read))
    } else {
      for (const cells of block.rows) {
        const texts = isKeyRow(cells) ? [cells.join(" ")] : cells.flatMap((cell) => cell.split("\n"))
        for (const text of texts) lines.push({ row, text })
        row++
      }
    }
  }
  rows.push(...readNumbered(lines, reading.reporter))
  if (rows.length === 0) throw new UnreadableFile(noQuestions(begins))
  yield rows
}

const isKeyRow = ([first = ""]: ReadonlyArray<string>): boolean => /^(?:题号|答案)$/.test(first.trim())

const holdsTable = (rows: ReadonlyArray<ReadonlyArray<string>>, reading: Reading): boolean => {
  const table = makeTable({ ...reading, reporter: new FileReporter("en") })
  for (const [at, cells] of rows.entries()) table.read({ row: at + 1, cells }, () => {})
  table.end(() => {})
  return table.isFound
}

const noDocument = new UnreadableFile({
  zh: "文件里没有正文：不是 Word 文档，或者已经损坏",
  en: "the file has no text: it is no Word document, or it is damaged"
})

/** The paragraphs and tables of a document. */
const blocksOf = Effect.fnUntraced(function* (file: string, onRead: OnRead) {
  const numbering = new Numbering()
  const listOfStyle = new Map<string, { readonly list: string; readonly level: number }>()
  // What numbers the paragraphs often stands behind them.
  yield* Stream.runForEach(partsOf(file), ({ body, path }) => {
    if (path === "word/numbering.xml")
      return Stream.runForEach(readPart(body), (event) => Effect.sync(() => numbering.read(event)))
    if (path === "word/styles.xml") return readStyles(readPart(body), listOfStyle)
    return Stream.runDrain(body)
  })
  const blocks: Array<Block> = []
  let isThere = false
  yield* Stream.runForEach(partsOf(file, onRead), ({ body, path }) => {
    if (path !== "word/document.xml") return Stream.runDrain(body)
    isThere = true
    const parser = new DocumentParser(numbering, listOfStyle)
    return Stream.runForEach(readPart(body), (event) => {
      const block = parser.read(event)
      if (block !== undefined) blocks.push(block)
      return parser.characters > fileLimits.rowCharacters
        ? Effect.fail(new UnreadableFile(textTooLong(fileLimits.rowCharacters)))
        : Effect.void
    })
  })
  return isThere ? blocks : yield* Effect.fail(noDocument)
})

/** Which styles of paragraphs are numbered. */
const readStyles = <E>(
  events: ReturnType<typeof readPart<E>>,
  lists: Map<string, { readonly list: string; readonly level: number }>
) => {
  let style = ""
  let level = 0
  return Stream.runForEach(events, (event) =>
    Effect.sync(() => {
      if (event._tag !== "StartElement") return
      const value = (wanted: string) =>
        Object.entries(event.attributes).find(([key]) => localName(key) === wanted)?.[1] ?? ""
      switch (localName(event.name)) {
        case "style":
          style = value("styleId")
          level = 0
          return
        case "ilvl":
          level = Number(value("val")) || 0
          return
        case "numId":
          if (style !== "" && lists.size < 10_000) lists.set(style, { list: value("val"), level })
      }
    })
  )
}

import { Effect, Option, Stream } from "effect"
import { Xml, Zip } from "effect/encoding"
import { stat } from "node:fs/promises"
import { UnreadableFile } from "../SourceRow.ts"
import { localName, type NumberStyle, styleOfFormat, unescapeText, type Workbook } from "./SheetParser.ts"
import { bytesOf, type OnRead } from "./text.ts"

const mebibyte = 1024 * 1024
// A sheet of questions packs to a tenth, one of the same text over and over to a thirtieth; what packs a thousandfold is
// made to fill memory.
const mostGrowth = 100
const alwaysAllowed = 32 * mebibyte
const mostUnpacked = 2048 * mebibyte
// Texts that cells share are all kept in memory.
const mostStringCharacters = 24 * mebibyte
const mostStrings = 1_500_000
// Far more than anybody looks through.
const mostSheets = 1000
const firstSheet = "xl/worksheets/sheet1.xml"
const mostTokenCharacters = 16 * mebibyte

/** The parts of a file, in the order they stand in it; fails once they unpack to more than such a file ever does. */
export const partsOf = (file: string, onRead?: OnRead) =>
  Stream.unwrap(
    Effect.map(
      Effect.promise(() => stat(file)),
      ({ size }) => {
        const most = Math.min(mostUnpacked, Math.max(alwaysAllowed, size * mostGrowth))
        let unpacked = 0
        return Stream.fromAsyncIterable(bytesOf(file, onRead), unreadable).pipe(
          Stream.pipeThroughChannel(Zip.decode()),
          Stream.map(({ body, header }) => ({
            path: header.path.replace(/^\//, ""),
            body: Stream.mapEffect(body, (chunk) => {
              unpacked += chunk.length
              return unpacked > most
                ? Effect.fail(
                    new UnreadableFile({
                      zh: `文件解压后超过 ${Math.round(most / mebibyte)} MB`,
                      en: `the file unpacks to more than ${Math.round(most / mebibyte)} MB`
                    })
                  )
                : Effect.succeed(chunk)
            })
          }))
        )
      }
    )
  )

/** What a zip file is, by the parts that it holds. */
export type PackageKind = "xlsx" | "docx" | "pptx" | "binary" | "open" | "other"

const kindOfPart = (path: string): PackageKind | undefined => {
  if (path === "word/document.xml") return "docx"
  if (path === "xl/workbook.bin") return "binary"
  if (path === "xl/workbook.xml" || /^xl\/worksheets\/[^/]*\.xml$/.test(path)) return "xlsx"
  if (path.startsWith("ppt/")) return "pptx"
  return path === "content.xml" ? "open" : undefined
}

/** Says what a zip file is; rejects with `UnreadableFile` where it is damaged. */
export const packageKind = (file: string): Promise<PackageKind> =>
  partsOf(file)
    .pipe(
      Stream.mapEffect(({ body, path }) => {
        const kind = kindOfPart(path)
        return kind === undefined ? Effect.as(Stream.runDrain(body), undefined) : Effect.succeed(kind)
      }),
      Stream.filter((kind) => kind !== undefined),
      Stream.runHead,
      Effect.map(Option.getOrElse((): PackageKind => "other")),
      Effect.mapError(unreadable),
      Effect.result,
      Effect.runPromise
    )
    .then((found) => {
      if (found._tag === "Failure") throw found.failure
      return found.success
    })

const eventsOf = <E>(body: Stream.Stream<Uint8Array, E>) =>
  body.pipe(
    Stream.pipeThroughChannel(Xml.decode({ maxTokenSize: mostTokenCharacters, maxDepth: 64 })),
    // Some at a time, as there are millions of them.
    Stream.mapArrayEffect((events) =>
      events.some(({ _tag }) => _tag === "Doctype")
        ? Effect.fail(
            new UnreadableFile({
              zh: "文件里有 XML 文档类型声明，Office 写的文件没有它",
              en: "the file holds a document type, which no office program writes"
            })
          )
        : Effect.succeed(events)
    )
  )

/** The events of a part, checked and bounded. */
export const readPart = eventsOf

/** What went wrong, in words for the owner of the file. */
export const unreadable = (error: unknown): UnreadableFile => {
  if (error instanceof UnreadableFile) return error
  if (Zip.isZipError(error))
    return new UnreadableFile({
      zh: `这不是 xlsx 或 docx 文件，或者已经损坏：${error.message}`,
      en: `this is no xlsx or docx file, or it is damaged: ${error.message}`
    })
  if (Xml.isXmlError(error))
    return new UnreadableFile({
      zh: `文件已经损坏：${error.message}`,
      en: `the file is damaged: ${error.message}`
    })
  throw error
}

/** The texts, the styles and the sheets' names by their paths: everything of a workbook but the sheets themselves. */
export const readWorkbook = Effect.fnUntraced(function* (file: string) {
  const names = new Map<string, string>()
  let is1904 = false
  const targets = new Map<string, string>()
  let strings: ReadonlyArray<string> = []
  let styles: ReadonlyArray<NumberStyle> = []
  yield* Stream.runForEach(partsOf(file), ({ body, path }) => {
    switch (path) {
      case "xl/workbook.xml":
        return Stream.runForEach(readPart(body), (event) =>
          Effect.sync(() => {
            if (event._tag !== "StartElement") return
            const { attributes, name } = event
            if (localName(name) === "workbookPr") is1904 = ["1", "true"].includes(attributes["date1904"] ?? "")
            if (localName(name) === "sheet") {
              const id = Object.entries(attributes).find(([key]) => key.includes(":") && localName(key) === "id")?.[1]
              if (id !== undefined && names.size < mostSheets) names.set(id, attributes["name"] ?? "")
            }
          })
        )
      case "xl/_rels/workbook.xml.rels":
        return Stream.runForEach(readPart(body), (event) =>
          Effect.sync(() => {
            if (event._tag !== "StartElement" || localName(event.name) !== "Relationship") return
            const { Id = "", Target = "" } = event.attributes
            targets.set(Id, Target.startsWith("/") ? Target.slice(1) : `xl/${Target.replace(/^\.\//, "")}`)
          })
        )
      case "xl/sharedStrings.xml":
        return Effect.map(readStrings(readPart(body)), (read) => {
          strings = read
        })
      case "xl/styles.xml":
        return Effect.map(readStyles(readPart(body)), (read) => {
          styles = read
        })
      default:
        // Counted as well: to find what follows, it is unpacked anyway.
        return Stream.runDrain(body)
    }
  })
  const sheets = new Map(
    [...names].flatMap(([id, name]) => {
      const path = targets.get(id)
      return path === undefined ? [] : [[path, name] as const]
    })
  )
  return {
    sheets: sheets.size === 0 ? new Map([[firstSheet, ""]]) : sheets,
    book: { strings, styles, is1904 } satisfies Workbook
  }
})

type Events<E> = Stream.Stream<Xml.Event, E>

const readStrings = Effect.fnUntraced(function* <E>(events: Events<E>) {
  const strings: Array<string> = []
  let text = ""
  let isText = false
  let phonetic = 0
  let characters = 0
  /** Takes what comes next; answers whether it is too much. */
  const take = (event: Xml.Event): boolean => {
    if (event._tag === "Text") {
      if (isText && phonetic === 0) text += event.text
      return false
    }
    const name = "name" in event ? localName(event.name) : ""
    const isStart = event._tag === "StartElement"
    if (name === "t") isText = isStart
    if (name === "rPh") phonetic += isStart ? 1 : -1
    if (name !== "si" || isStart) return false
    characters += text.length
    if (characters > mostStringCharacters || strings.length >= mostStrings) return true
    strings.push(unescapeText(text))
    text = ""
    return false
  }
  yield* Stream.runForEachArray(events, (some) =>
    some.some(take)
      ? Effect.fail(
          new UnreadableFile({
            zh: "工作表的文字太多：请另存为 CSV 再导入",
            en: "the texts of the sheet are too large: save it as CSV and import that"
          })
        )
      : Effect.void
  )
  return strings
})

const readStyles = Effect.fnUntraced(function* <E>(events: Events<E>) {
  const codes = new Map<number, string>()
  const styles: Array<NumberStyle> = []
  let isInCellFormats = false
  yield* Stream.runForEach(events, (event) =>
    Effect.sync(() => {
      if (event._tag === "EndElement" && localName(event.name) === "cellXfs") isInCellFormats = false
      if (event._tag !== "StartElement") return
      const { attributes, name } = event
      switch (localName(name)) {
        case "numFmt":
          codes.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "")
          return
        case "cellXfs":
          isInCellFormats = true
          return
        case "xf": {
          const id = Number(attributes["numFmtId"])
          if (isInCellFormats && styles.length < 65_536) styles.push(styleOfFormat(id, codes.get(id)))
        }
      }
    })
  )
  return styles
})

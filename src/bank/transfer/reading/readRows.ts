import { open } from "node:fs/promises"
import { readLines } from "../../files/text/readLines.ts"
import type { Words } from "../../files/Words.ts"
import { type Content, contentOf, type ImportFormat } from "../FileFormat.ts"
import { type SourceRow, UnreadableFile } from "../SourceRow.ts"
import { readDocx } from "../../files/docx/readDocx.ts"
import { isMarkup, readMarkup } from "../../files/xls/markupTable.ts"
import { readXls } from "../../files/xls/readXls.ts"
import { readJson, readJsonLines } from "./json.ts"
import { delimiterOf, readSeparated } from "./separated.ts"
import type { Reading } from "./table.ts"
import { encodingOf, headText, type OnRead } from "./text.ts"
import { type PackageKind, packageKind } from "./workbook.ts"
import { readXlsx } from "./xlsx.ts"

type Rows = AsyncIterable<ReadonlyArray<SourceRow>>

/** The rows of a file, some at a time; rejects with `UnreadableFile`. What it holds decides, and where that says nothing its name. */
export async function* readRows(
  file: string,
  format: ImportFormat | undefined,
  reading: Reading,
  onRead: OnRead
): AsyncGenerator<ReadonlyArray<SourceRow>> {
  const content = contentOf(await headOf(file))
  const refused = refusals[content]
  if (refused !== undefined) throw new UnreadableFile(refused)
  if (content === "ole") return yield* readXls(file, reading, onRead)
  if (content === "zip") return yield* readPackage(file, reading, onRead)
  if (format === "xlsx" || format === "docx") throw new UnreadableFile(noOffice(format))
  yield* await readText(file, format, reading, onRead)
}

const readText = async (
  file: string,
  format: ImportFormat | undefined,
  reading: Reading,
  onRead: OnRead
): Promise<Rows> => {
  const encoding = await encodingOf(file)
  const head = await headText(file, encoding)
  const start = head.trimStart()
  if (format === "jsonl") return readJsonLines(file, encoding, reading, onRead)
  if (format === "json" || isJson(start)) {
    return isJsonLines(head)
      ? readJsonLines(file, encoding, reading, onRead)
      : readJson(file, encoding, reading, onRead)
  }
  if (isMarkup(start)) return readMarkup(file, encoding, reading, onRead)
  const delimiter = delimiterOf(head)
  if (delimiter !== undefined) return readSeparated(file, encoding, delimiter, head, reading, onRead)
  if (format === "csv" || format === "tsv") {
    return readSeparated(file, encoding, format === "csv" ? "," : "\t", head, reading, onRead)
  }
  return readLines(file, encoding, reading, onRead)
}

/** A zip file is a workbook or a document by what it holds. */
async function* readPackage(file: string, reading: Reading, onRead: OnRead) {
  const kind = await packageKind(file)
  if (kind === "docx") yield* readDocx(file, reading, onRead)
  else if (kind === "xlsx") yield* readXlsx(file, reading, onRead)
  else throw new UnreadableFile(otherPackages[kind])
}

const otherPackages: Readonly<Record<Exclude<PackageKind, "docx" | "xlsx">, Words>> = {
  pptx: {
    zh: "这是 PowerPoint 文件：请把题目复制到 Word 或 Excel 里再导入",
    en: "this is a PowerPoint file: copy the questions into Word or Excel and import that"
  },
  binary: { zh: "这是 .xlsb 文件：请另存为 .xlsx", en: "this is an .xlsb file: save it as .xlsx" },
  open: {
    zh: "这是 OpenDocument 文件：请另存为 .xlsx 或 .docx",
    en: "this is an OpenDocument file: save it as .xlsx or .docx"
  },
  other: {
    zh: "这是压缩包，不是 xlsx 或 docx：请解压后导入里面的文件",
    en: "this is a zip file, and no xlsx or docx: unpack it and import the files in it"
  }
}

const isJson = (start: string): boolean =>
  /^\{\s*(?:"|\})|^\[\s*(?:[[{"\]]|-?\d)/.test(start) ||
  /^(?:export\s+default\s|module\.exports\s*=|(?:var|let|const)\s+[\w$]+\s*=\s*[[{])/.test(start)

/** A value of its own on the first line, and more below it. */
const isJsonLines = (head: string): boolean => {
  const lines = head.split(/\r?\n/).filter((line) => line.trim() !== "")
  const [first = "", second = ""] = lines
  return lines.length > 1 && /^\s*[{[]/.test(second) && isValue(first)
}

const isValue = (line: string): boolean => {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

const refusals: Partial<Record<Content, Words>> = {
  pdf: {
    zh: "这是 PDF：请把题目复制到 Word 或 Excel 里再导入",
    en: "this is a PDF: copy the questions into Word or Excel and import that"
  },
  rtf: { zh: "这是 RTF：请用 Word 另存为 .docx", en: "this is RTF: save it as .docx" },
  picture: { zh: "这是图片，不是题目文件", en: "this is a picture, and no file of questions" }
}

const noOffice = (format: string): Words => ({
  zh: `这不是 ${format} 文件`,
  en: `this is no ${format} file`
})

const headOf = async (file: string): Promise<Uint8Array> => {
  await using handle = await open(file, "r")
  const { buffer, bytesRead } = await handle.read(new Uint8Array(4096), 0, 4096, 0)
  return buffer.subarray(0, bytesRead)
}

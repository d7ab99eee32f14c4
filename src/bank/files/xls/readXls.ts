import { readFile, stat } from "node:fs/promises"
import { makeTable, noHeader, type Reading } from "../../transfer/reading/table.ts"
import type { OnRead } from "../../transfer/reading/text.ts"
import { type SourceRow, UnreadableFile } from "../../transfer/SourceRow.ts"
import { streamsOf } from "./compoundFile.ts"
import { sheetsOf } from "./workbookRecords.ts"

const mebibyte = 1024 * 1024
/** Read as a whole: 65,536 rows a sheet are the most that the format has. */
const mostBytes = 48 * mebibyte

/** The rows of all sheets of an Excel file from before 2007. */
export async function* readXls(
  file: string,
  reading: Reading,
  onRead: OnRead
): AsyncGenerator<ReadonlyArray<SourceRow>> {
  const { size } = await stat(file)
  if (size > mostBytes) {
    throw new UnreadableFile({
      zh: `.xls 文件超过 ${mostBytes / mebibyte} MB：请另存为 .xlsx 或 CSV`,
      en: `an .xls file has at most ${mostBytes / mebibyte} MB here: save it as .xlsx or CSV`
    })
  }
  const streams = streamsOf(await readFile(file))
  onRead(size)
  const workbook = streams.get("Workbook") ?? streams.get("Book")
  if (workbook === undefined) throw new UnreadableFile(otherThan([...streams.keys()]))
  const sheets = sheetsOf(workbook())
  let begins: ReadonlyArray<string> = []
  let hasTable = false
  for (const { name, rows } of sheets) {
    const table = makeTable(reading, sheets.length > 1 ? name : undefined, name)
    let read: Array<SourceRow> = []
    for (const row of rows) {
      table.read(row, (source) => void read.push(source))
      if (read.length >= 200) {
        yield read
        read = []
      }
    }
    table.end((source) => void read.push(source))
    if (read.length > 0) yield read
    hasTable ||= table.isFound
    if (begins.length === 0) begins = table.begins
  }
  if (!hasTable) throw noHeader(begins, reading.given)
}

const otherThan = (names: ReadonlyArray<string>) => {
  if (names.includes("WordDocument")) {
    return { zh: "这是旧版 Word 文件（.doc）：请另存为 .docx", en: "this is an old Word file (.doc): save it as .docx" }
  }
  return names.includes("EncryptedPackage")
    ? {
        zh: "文件有密码：请在 Excel 或 Word 里去掉密码再导入",
        en: "the file is protected by a password: take it off in Excel or Word, then import it"
      }
    : { zh: "这不是 Excel 文件", en: "this is no Excel file" }
}

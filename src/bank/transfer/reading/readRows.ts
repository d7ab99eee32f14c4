import { open } from "node:fs/promises"
import { type FileFormat, formatOfContent } from "../FileFormat.ts"
import { type SourceRow, UnreadableFile } from "../SourceRow.ts"
import { readJson, readJsonLines } from "./json.ts"
import { readSeparated } from "./separated.ts"
import type { OnRead } from "./text.ts"
import { readXlsx } from "./xlsx.ts"

/** The rows of a file, some at a time; rejects with `UnreadableFile`. Without a format the content decides. */
export async function* readRows(
  file: string,
  format: FileFormat | undefined,
  onRead: OnRead
): AsyncGenerator<ReadonlyArray<SourceRow>> {
  const head = await headOf(file)
  if (head[0] === 0xd0 && head[1] === 0xcf) {
    throw new UnreadableFile("this is an old Excel file (.xls): save it as .xlsx or CSV")
  }
  const content = formatOfContent(head)
  if (format === "xlsx" && content !== "xlsx") throw new UnreadableFile("this is no xlsx file")
  if (format !== undefined && format !== "xlsx" && content === "xlsx") {
    throw new UnreadableFile(`this is a zip or xlsx file, and no ${format}`)
  }
  yield* read(file, format ?? content, onRead)
}

const read = (file: string, format: FileFormat, onRead: OnRead): AsyncIterable<ReadonlyArray<SourceRow>> => {
  switch (format) {
    case "xlsx":
      return readXlsx(file, onRead)
    case "csv":
      return readSeparated(file, ",", onRead)
    case "tsv":
      return readSeparated(file, "\t", onRead)
    case "json":
      return readJson(file, onRead)
    case "jsonl":
      return readJsonLines(file, onRead)
  }
}

const headOf = async (file: string): Promise<Uint8Array> => {
  await using handle = await open(file, "r")
  const { buffer, bytesRead } = await handle.read(new Uint8Array(4096), 0, 4096, 0)
  return buffer.subarray(0, bytesRead)
}

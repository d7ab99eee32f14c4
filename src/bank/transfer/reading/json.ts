import { fileLimits, type SourceRow } from "../SourceRow.ts"
import { JsonScanner, rowOfLine } from "./JsonScanner.ts"
import { encodingOf, type OnRead, textOf } from "./text.ts"

/** The rows of a JSON file: a list, an object with a list, or an object of questions and answers. */
export async function* readJson(file: string, onRead: OnRead): AsyncGenerator<ReadonlyArray<SourceRow>> {
  const scanner = new JsonScanner()
  for await (const text of textOf(file, await encodingOf(file), onRead)) {
    const rows = scanner.feed(text)
    if (rows.length > 0) yield rows
  }
  const rest = scanner.end()
  if (rest.length > 0) yield rest
}

/** The rows of a file with one JSON object a line. */
export async function* readJsonLines(file: string, onRead: OnRead): AsyncGenerator<ReadonlyArray<SourceRow>> {
  let row = 0
  let line = ""
  let length = 0
  const end = (): SourceRow | undefined => {
    row++
    const read =
      length > fileLimits.rowCharacters
        ? { row, problem: `the line is longer than ${fileLimits.rowCharacters} characters` }
        : rowOfLine(row, line)
    line = ""
    length = 0
    return read
  }
  const add = (part: string) => {
    length += part.length
    line = length > fileLimits.rowCharacters ? "" : line + part
  }
  for await (const text of textOf(file, await encodingOf(file), onRead)) {
    const rows: Array<SourceRow> = []
    let from = 0
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      add(text.slice(from, at))
      const read = end()
      if (read !== undefined) rows.push(read)
      from = at + 1
    }
    add(text.slice(from))
    if (rows.length > 0) yield rows
  }
  const last = length > 0 ? end() : undefined
  if (last !== undefined) yield [last]
}

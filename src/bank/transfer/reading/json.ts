import { QuestionWalker } from "../../files/json/QuestionWalker.ts"
import { rowTooLong } from "../../files/problems.ts"
import { fileLimits, type SourceRow, UnreadableFile } from "../SourceRow.ts"
import { JsonScanner, parseJson } from "./JsonScanner.ts"
import type { Reading } from "./table.ts"
import { type Encoding, type OnRead, textOf } from "./text.ts"

type Rows = AsyncGenerator<ReadonlyArray<SourceRow>>

/**
 * The questions of a JSON file. One that is no longer than a row may be is read as a whole, so that they may stand anywhere in
 * it; a longer one has to be a list, an object with a list, or an object of questions and answers.
 */
export async function* readJson(file: string, encoding: Encoding, reading: Reading, onRead: OnRead): Rows {
  let rows: Array<SourceRow> = []
  const walker = new QuestionWalker(reading, (row) => void rows.push(row))
  const scanner = new JsonScanner(walker)
  const take = () => {
    const taken = rows
    rows = []
    return taken
  }
  let whole: string | undefined = ""
  for await (const text of textOf(file, encoding, onRead)) {
    if (whole === undefined) scanner.feed(text)
    else if ((whole += text).length > fileLimits.rowCharacters) {
      scanner.feed(whole)
      whole = undefined
    }
    if (rows.length > 0) yield take()
  }
  if (whole !== undefined) {
    const value = parseJson(withoutScript(whole))
    if (value.isRead) {
      walker.root(value.value)
      yield take()
      if (!walker.hasFound && !isEmptyList(value.value)) throw nothingFound(reading)
      return
    }
    // It says where it breaks off, and what stands before that.
    scanner.feed(whole)
  }
  try {
    scanner.end()
  } finally {
    if (rows.length > 0) yield take()
  }
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

// `const questions = […];`, as pages keep them
const withoutScript = (text: string): string =>
  /^\s*(?:export\s|module\.|var\s|let\s|const\s|window\.)/.test(text)
    ? text
        .replace(
          /^\s*(?:export\s+default\s|module\.exports\s*=|(?:export\s+)?(?:var|let|const)\s+[\w$]+\s*=|window\.[\w$.]+\s*=)\s*/,
          ""
        )
        .replace(/;\s*$/, "")
    : text

const nothingFound = ({ reporter }: Reading): UnreadableFile => {
  const names = [...reporter.names, ...reporter.report.unread.map(({ what }) => what)]
    .slice(0, 8)
    .join(", ")
    .slice(0, 200)
  return new UnreadableFile({
    zh: `文件里没有找到题目：题目要放在名为 question（或 题目、stem 等）的成员里，答案放在 answer（或 答案 等）里；也可用 --map 指明。文件里有：${names}`,
    en: `no question was found: its words belong in a member such as question (题目, stem …), its answer in answer (答案 …), or say which they are with --map. There is: ${names}`
  })
}

/** The rows of a file with one JSON value a line. */
export async function* readJsonLines(file: string, encoding: Encoding, reading: Reading, onRead: OnRead): Rows {
  let line = 0
  let text = ""
  let length = 0
  let rows: Array<SourceRow> = []
  const walker = new QuestionWalker(reading, (row) => void rows.push({ ...row, row: line }))
  const end = () => {
    line++
    if (length > fileLimits.rowCharacters) rows.push({ row: line, problem: rowTooLong(fileLimits.rowCharacters) })
    else if (text.trim() !== "") {
      const value = parseJson(text)
      if (value.isRead) walker.element(value.value)
      else rows.push({ row: line, problem: value.problem })
    }
    text = ""
    length = 0
  }
  const add = (part: string) => {
    length += part.length
    text = length > fileLimits.rowCharacters ? "" : text + part
  }
  for await (const chunk of textOf(file, encoding, onRead)) {
    let from = 0
    for (let at = chunk.indexOf("\n"); at >= 0; at = chunk.indexOf("\n", from)) {
      add(chunk.slice(from, at))
      end()
      from = at + 1
    }
    add(chunk.slice(from))
    if (rows.length > 0) {
      yield rows
      rows = []
    }
  }
  if (length > 0) end()
  if (rows.length > 0) yield rows
}

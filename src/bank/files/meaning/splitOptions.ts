// Options in one cell, or at the end of a title.
import { readJsonList } from "../../transfer/cells.ts"

const mark = /[.、．:：)）\]】]/
/** Where a letter with its mark may begin: at the start, after a space or a mark, or after a character of CJK. */
const letterMark =
  /(?:^|(?<=[\s\u3000-\u9fff\uff00-\uffef,;|/，；。、）)?？!！．.]))[(（[【]?([A-Z])\s?[.、．:：)）\]】]/gu

interface Lettered {
  readonly letter: string
  readonly start: number
  readonly end: number
}

/** The places in a text where letters with marks stand one after the other from A on; empty where there are fewer than two. */
const letteredRun = (text: string): ReadonlyArray<Lettered> => {
  const all = [...text.matchAll(letterMark)].map((found) => ({
    letter: found[1] ?? "",
    start: found.index,
    end: found.index + found[0].length
  }))
  // The last run that begins with A: a title may speak of `A.` before its options begin.
  for (let from = all.length - 1; from >= 0; from--) {
    if (all[from]?.letter !== "A") continue
    const run: Array<Lettered> = []
    for (const one of all.slice(from)) if (one.letter === String.fromCharCode(65 + run.length)) run.push(one)
    if (run.length >= 2) return run
  }
  return []
}

const partsOf = (text: string, run: ReadonlyArray<Lettered>): ReadonlyArray<string> =>
  run.map(({ end }, place) => text.slice(end, run[place + 1]?.start ?? text.length).trim())

/** A title with its options behind it (`… A. 子 B. 丑`, or line by line); `undefined` where it has none. */
export const optionsInTitle = (
  title: string
): { readonly title: string; readonly options: ReadonlyArray<string> } | undefined => {
  const run = letteredRun(title)
  const [first] = run
  if (first === undefined || first.start === 0) return undefined
  const options = partsOf(title, run)
  const bare = title.slice(0, first.start).trim()
  return bare === "" || options.some((option) => option === "") ? undefined : { title: bare, options }
}

const separators: ReadonlyArray<RegExp> = [/###|@@@|\|\|/, /[|┋｜]/, /\t/, /[;；]/]

/** Options in one cell: a JSON list, lettered (`A. … B. …`), one a line, or split by `###`, `|`, `;` and the like. */
export const splitOptionsCell = (raw: string): ReadonlyArray<string> => {
  const cell = raw.trim()
  const list = readJsonList(cell)
  if (list !== undefined) return list
  const lines = cell
    .split(/\r?\n|\r|<br\s*\/?>/i)
    .map((line) => line.trim())
    .filter((line) => line !== "")
  const run = letteredRun(cell)
  if (run[0]?.start === 0) {
    const texts = partsOf(cell, run)
    // one line each is what it says, even where a line holds what looks like a letter
    const isByLine = lines.length > 1 && lines.every((line, place) => startsWith(line, place))
    if (isByLine) return lines
    const ends = /\s*(?:###|[|;；┋])$/
    if (texts.every((text) => text !== "")) {
      return texts.map((text, place) => `${String.fromCharCode(65 + place)}. ${text.replace(ends, "").trim()}`)
    }
  }
  if (lines.length > 1) return linesAsOptions(lines)
  for (const separator of separators) {
    const parts = cell
      .split(separator)
      .map((part) => part.trim())
      .filter((part) => part !== "")
    if (parts.length > 1) return parts
  }
  return cell === "" ? [] : [cell]
}

const startsWith = (line: string, place: number): boolean =>
  line.replace(/^[(（[【]/, "").startsWith(String.fromCharCode(65 + place)) && mark.test(line.slice(1, 3))

// The letter on one line and its text on the next.
const linesAsOptions = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const isPaired =
    lines.length % 2 === 0 &&
    lines.every(
      (line, at) => at % 2 === 1 || new RegExp(`^${String.fromCharCode(65 + at / 2)}[.、．:：)）]?$`).test(line)
    )
  return isPaired ? lines.flatMap((line, at) => (at % 2 === 1 ? [line] : [])) : lines
}

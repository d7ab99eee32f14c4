// What columns hold, found from their contents, where their names do not say it.
import { isNoQuestion } from "../kinds.ts"
import type { CellRow } from "../../transfer/SourceRow.ts"
import { columnsOf, type Columns } from "./columns.ts"
import { bareName, isOwnAnswer, namedField } from "./fieldNames.ts"
import type { GivenColumns } from "./GivenColumns.ts"

interface Header {
  readonly names: ReadonlyArray<string>
  readonly columns: Columns
}

const letters = /^[A-H](?:[\s,，、]*[A-H]){0,7}$/

const cellsOf = (rows: ReadonlyArray<ReadonlyArray<string>>, column: number): ReadonlyArray<string> =>
  rows.map((cells) => (cells[column] ?? "").trim()).filter((cell) => cell !== "")

/** Whether a column holds words, each time others: titles do. */
const holdsTitles = (cells: ReadonlyArray<string>): boolean => {
  const distinct = new Set(cells).size
  const isVaried = distinct === cells.length || distinct * 10 > cells.length * 8
  return cells.length > 0 && isVaried && cells.every((cell) => !isNoQuestion(cell) && !letters.test(cell))
}

/** The columns of a table without names; `undefined` unless all rows leave only one reading. */
export const columnsByContent = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  given: GivenColumns
): Header | undefined => {
  const width = Math.max(0, ...rows.map((cells) => cells.length))
  const names = Array.from({ length: width }, () => "")
  if (given.length > 0) {
    const columns = columnsOf(names, given)
    return columns.fields.has("title") && (columns.fields.has("answer") || columns.fields.has("isRight"))
      ? { names, columns }
      : undefined
  }
  if (rows.length < 2 || width < 4 || width > 40) return undefined
  const all = names.map((_, column) => cellsOf(rows, column))
  const answers = all.flatMap((cells, column) =>
    cells.length === rows.length && cells.every((cell) => letters.test(cell)) ? [column] : []
  )
  const [answer, ...others] = answers
  if (answer === undefined || others.length > 0) return undefined
  const titles = all.findIndex(
    (cells, column) => column !== answer && cells.length === rows.length && holdsTitles(cells)
  )
  if (titles < 0) return undefined
  const between = range(titles + 1, answer)
  const places = between.length >= 2 ? between : range(Math.max(answer, titles) + 1, Math.min(width, titles + 12))
  const filled = places.filter((column) => (all[column]?.length ?? 0) > 0)
  const isWhole = filled.every((column, at) => column === places[at])
  // Every row has the options that its letters name.
  if (filled.length < 2 || !isWhole || filled.length < highestLetter(all[answer] ?? [])) return undefined
  return {
    names,
    columns: {
      fields: new Map([
        ["title", [titles]],
        ["answer", [answer]]
      ]),
      options: filled.map((column, place) => [place, column] as const),
      answerParts: [],
      wrong: [],
      weak: new Set(),
      bareNames: names,
      isExact: false
    }
  }
}

const range = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at)

const highestLetter = (answers: ReadonlyArray<string>): number =>
  Math.max(
    0,
    ...answers.flatMap((answer) => [...answer.replace(/[^A-H]/g, "")].map((letter) => letter.charCodeAt(0) - 64))
  )

/** The header with the column of the titles, where only that has a name nobody knows and the contents leave no choice. */
export const withTitleByContent = (header: Header, sample: ReadonlyArray<CellRow>, given: GivenColumns): Header => {
  const { columns, names } = header
  if (columns.fields.has("title") || given.some(({ use }) => use === "title")) return header
  const rows = sample.map(({ cells }) => cells)
  const taken = new Set([
    ...[...columns.fields.values()].flat(),
    ...columns.options.map(([, column]) => column),
    ...columns.wrong
  ])
  const free = names.flatMap((name, column) => {
    const bare = bareName(name)
    const isFree = !taken.has(column) && namedField(bare) === undefined && !isOwnAnswer(bare)
    return isFree && holdsTitles(cellsOf(rows, column)) && meanLength(cellsOf(rows, column)) >= 4 ? [column] : []
  })
  const [only, ...others] = free
  if (only === undefined || others.length > 0) return header
  return { names, columns: { ...columns, fields: new Map([...columns.fields, ["title", [only]]]) } }
}

const meanLength = (cells: ReadonlyArray<string>): number =>
  cells.reduce((total, cell) => total + cell.length, 0) / Math.max(1, cells.length)

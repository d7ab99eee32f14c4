import { type Columns, readHeader } from "../columns.ts"
import { fieldsOfCells, fileLimits, type SourceRow, UnreadableFile } from "../SourceRow.ts"

/** One row of a sheet, or of a file of separated values; from 1. */
export interface CellRow {
  readonly row: number
  readonly cells: ReadonlyArray<string>
  /** What is wrong with a cell of it. */
  readonly problem?: string
}

// Files begin with a title or a note now and then.
const mostRowsBeforeHeader = 10

/** Finds the row of names and reads what comes below it. Throws `UnreadableFile` where there is none. */
export const makeTable = () => {
  let columns: Columns | undefined
  let before = 0
  let first: ReadonlyArray<string> = []
  return {
    read: ({ cells, problem, row }: CellRow): SourceRow | undefined => {
      if (cells.length > fileLimits.columns) {
        const tooMany = `there are too many columns: ${cells.length}, at most ${fileLimits.columns}`
        if (columns === undefined) throw new UnreadableFile(tooMany, row)
        return { row, problem: tooMany }
      }
      if (columns !== undefined) {
        if (problem !== undefined) return { row, problem }
        return cells.every((cell) => cell.trim() === "") ? undefined : { row, fields: fieldsOfCells(cells, columns) }
      }
      columns = readHeader(cells)
      if (before === 0) first = cells
      if (columns === undefined && ++before >= mostRowsBeforeHeader) throw noHeader(first)
      return undefined
    },
    end: () => {
      if (columns === undefined) throw noHeader(first)
    }
  }
}

const noHeader = (first: ReadonlyArray<string>): UnreadableFile =>
  new UnreadableFile(
    `there is no row with the names of the columns: one of them must be 题目 (or question), one 答案 (or answer). The file begins with: ${
      first.slice(0, 8).join(", ").slice(0, 120) || "nothing"
    }`
  )

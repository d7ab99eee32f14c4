import { type Columns, idColumnOf, readHeader } from "../columns.ts"
import { makeRowJoiner } from "../rowParts.ts"
import { type CellRow, fieldsOfCells, fileLimits, type SourceRow, UnreadableFile } from "../SourceRow.ts"

// Files begin with a title or a note now and then.
const mostRowsBeforeHeader = 10

/** There is no row with the names of the columns. */
export class NoHeader extends UnreadableFile {}

/** Finds the row of names and reads what comes below it. Throws `NoHeader` where there is none. */
export const makeTable = () => {
  let columns: Columns | undefined
  let joiner = makeRowJoiner(-1)
  let before = 0
  let first: ReadonlyArray<string> = []

  const sourceOf = ({ cells, problem, row }: CellRow, columns: Columns): SourceRow | undefined =>
    problem !== undefined
      ? { row, problem }
      : cells.every((cell) => cell.trim() === "")
        ? undefined
        : { row, fields: fieldsOfCells(cells, columns) }

  return {
    /** Reads a row of cells; gives each row of questions that is complete with it. */
    read: (given: CellRow, give: (row: SourceRow) => void): void => {
      const { cells, row } = given
      if (cells.length > fileLimits.columns) {
        const tooMany = `there are too many columns: ${cells.length}, at most ${fileLimits.columns}`
        if (columns === undefined) throw new UnreadableFile(tooMany, row)
        return give({ row, problem: tooMany })
      }
      if (columns !== undefined) {
        const known = columns
        return joiner.read(given, (whole) => {
          const source = sourceOf(whole, known)
          if (source !== undefined) give(source)
        })
      }
      columns = readHeader(cells)
      if (columns !== undefined) joiner = makeRowJoiner(idColumnOf(cells))
      if (before === 0) first = cells
      if (columns === undefined && ++before >= mostRowsBeforeHeader) throw noHeader(first)
    },
    /** Ends the table; gives what is still to be said of its last row. */
    end: (give: (row: SourceRow) => void): void => {
      if (columns === undefined) throw noHeader(first)
      const lacking = joiner.end()
      if (lacking?.problem !== undefined) give({ row: lacking.row, problem: lacking.problem })
    }
  }
}

const noHeader = (first: ReadonlyArray<string>): NoHeader =>
  new NoHeader(
    `there is no row with the names of the columns: one of them must be 题目 (or question), one 答案 (or answer). The file begins with: ${
      first.slice(0, 8).join(", ").slice(0, 120) || "nothing"
    }`
  )

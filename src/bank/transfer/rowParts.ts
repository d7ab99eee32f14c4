// A spreadsheet takes 32,767 characters in a cell. A row with a longer one is written as several, one below the other, each
// with the next part of every cell, and says so in its ID: `q_… ↳1/3`. They find each other again only in this order, so that
// rows that were sorted or lost make a problem and no half answer.
import { rowTooLong } from "../files/problems.ts"
import type { Words } from "../files/Words.ts"
import { type CellRow, fileLimits } from "./SourceRow.ts"

/** Most characters (UTF-16 units) of a cell of a spreadsheet. */
export const longestCell = 32_767

export type Cells = ReadonlyArray<string | number>

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff

const partsOfCell = (text: string): ReadonlyArray<string> => {
  const parts: Array<string> = []
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + longestCell)
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--
    parts.push(text.slice(from, to))
    from = to
  }
  return parts
}

/** The rows as which a row is written; its first cell is its ID. */
export const splitRow = (cells: Cells): ReadonlyArray<Cells> => {
  if (cells.every((cell) => typeof cell === "number" || cell.length <= longestCell)) return [cells]
  const [id = "", ...rest] = cells
  const parts = rest.map((cell) => (typeof cell === "number" ? [cell] : partsOfCell(cell)))
  const count = Math.max(...parts.map(({ length }) => length))
  return Array.from({ length: count }, (_, part) => [
    `${id} ↳${part + 1}/${count}`,
    ...parts.map((cell) => cell[part] ?? "")
  ])
}

const partMark = /^(.{0,64}) ↳(\d{1,3})\/(\d{1,3})$/

const partsLost = (id: string, parts: number, read: number): Words => ({
  zh: `${id} 是一道长题，写成了 ${parts} 行，这里只有 ${read} 行`,
  en: `of the ${parts} rows of ${id}, which is a long one, only ${read} are here`
})
const partsBeforeLost = (id: string, part: number, parts: number): Words => ({
  zh: `这是长题 ${id} 的 ${parts} 行中的第 ${part} 行，而前面的不在它上方`,
  en: `this is row ${part} of the ${parts} of ${id}, which is a long one, and those before are not above`
})

/** Puts rows together that were written as several. A row that is whole costs one look at its ID. */
export const makeRowJoiner = (idColumn: number) => {
  let joined: { readonly row: number; readonly id: string; readonly parts: number } | undefined
  let cells: Array<string> = []
  let read = 0
  let characters = 0

  const endOfParts = (): CellRow | undefined => {
    if (joined === undefined) return undefined
    const { id, parts, row } = joined
    joined = undefined
    return { row, cells: [], problem: partsLost(id, parts, read) }
  }

  const begin = (row: number, id: string, parts: number) => {
    joined = { row, id, parts }
    cells = []
    read = 0
    characters = 0
  }

  const add = (part: CellRow): CellRow | undefined => {
    if (joined === undefined) return undefined
    for (const [column, cell] of part.cells.entries()) {
      cells[column] = column === idColumn ? joined.id : (cells[column] ?? "") + cell
      characters += cell.length
    }
    read++
    const { parts, row } = joined
    const problem =
      part.problem ?? (characters > fileLimits.rowCharacters ? rowTooLong(fileLimits.rowCharacters) : undefined)
    if (problem !== undefined) {
      joined = undefined
      return { row, cells: [], problem }
    }
    if (read < parts) return undefined
    joined = undefined
    return { row, cells: Array.from(cells, (cell) => cell ?? "") }
  }

  return {
    /** Takes a row; gives each that is complete, or known to lack a part. */
    read: (row: CellRow, give: (row: CellRow) => void): void => {
      const id = row.cells[idColumn] ?? ""
      const mark = id.includes("↳") ? partMark.exec(id) : null
      const [name = "", part, parts] = [mark?.[1], Number(mark?.[2]), Number(mark?.[3])]
      const isNext = mark !== null && joined?.id === name && joined.parts === parts && read + 1 === part
      if (!isNext) {
        const lacking = endOfParts()
        if (lacking !== undefined) give(lacking)
      }
      if (mark === null) return give(row)
      if (!isNext && part !== 1) {
        return give({ row: row.row, cells: [], problem: partsBeforeLost(name, Number(part), parts) })
      }
      if (!isNext) begin(row.row, name, parts)
      const whole = add(row)
      if (whole !== undefined) give(whole)
    },
    /** The row of which parts are still missing at the end. */
    end: endOfParts
  }
}

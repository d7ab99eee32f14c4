// Cells of text in columns.
import type { Stat } from "./Stat.ts"

/** A median with the least and the most. */
export const spread = (stat: Stat | null, digits: number): string =>
  stat === null ? "-" : `${stat.median.toFixed(digits)} (${stat.min.toFixed(digits)}-${stat.max.toFixed(digits)})`

/** Lines of cells, the first of each to the left and the others to the right. */
export const aligned = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const count = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd()
  )
}

// Runs cells and judges them.
import { Effect } from "effect"
import { type Cell, cells } from "./Cell.ts"
import type { Found } from "./Found.ts"
import { problemsOf } from "./Judge.ts"
import { runCell } from "./RunCell.ts"

/** A cell with what came of it; right where there are no problems. */
export interface CellReport {
  readonly cell: Cell
  readonly found: Found
  readonly problems: ReadonlyArray<string>
}

const sideBySide = 8

/** Runs the cells, all by default, and reports on them in their order. */
export const runMatrix = Effect.fnUntraced(function* (chosen: ReadonlyArray<Cell> = cells) {
  // How fast a call is closed is measured where no other cell keeps the event loop busy.
  const measured = chosen.filter(({ fault }) => fault.callerLeaves)
  const others = chosen.filter(({ fault }) => !fault.callerLeaves)
  const reports = new Map([
    ...(yield* Effect.forEach(others, report, { concurrency: sideBySide })),
    ...(yield* Effect.forEach(measured, report))
  ])
  return chosen.flatMap((cell) => reports.get(cell) ?? [])
})

const report = (cell: Cell) =>
  Effect.map(runCell(cell), (found) => {
    const report: CellReport = { cell, found, problems: problemsOf(cell, found) }
    return [cell, report] as const
  })

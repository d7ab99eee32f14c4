// The matrix for people and for programs.
import { nameOf } from "./Cell.ts"
import type { CellReport } from "./Matrix.ts"

const headings = [
  "family",
  "mode",
  "fault",
  "expected",
  "found",
  "attempts/upstream",
  "finish",
  "active",
  "sockets",
  "fibers",
  "ms to close",
  ""
]

/** A row for each cell, what is wrong with those that are wrong, and the count. */
export const tableOf = (reports: ReadonlyArray<CellReport>): string =>
  [
    ...aligned([headings, ...reports.map(rowOf)]),
    "",
    "attempts/upstream: attempts recorded, requests the upstream counted. active: calls it still held after the end.",
    "sockets: connections open after the end (one may be kept where the reply ended as HTTP says), and with the client closed.",
    "ms to close: from the end, or the caller's leaving, until the upstream saw a call that was broken off closed.",
    "",
    ...reports.flatMap(({ cell, found, problems }) =>
      problems.map((problem) => {
        const said = found.detail === undefined ? "" : ` (${found.detail})`
        return `✗ ${nameOf(cell)}: ${problem}${said}`
      })
    ),
    `${reports.length} cells, ${wrongIn(reports)} wrong`,
    ""
  ].join("\n")

/** How many cells are wrong. */
export const wrongIn = (reports: ReadonlyArray<CellReport>): number =>
  reports.filter(({ problems }) => problems.length > 0).length

/** The same as JSON. */
export const jsonOf = (reports: ReadonlyArray<CellReport>): string => {
  const cells = reports.map(({ cell: { expected, family, fault, mode }, found, problems }) => ({
    family,
    mode,
    fault: fault.name,
    expected,
    found,
    problems
  }))
  return `${JSON.stringify({ cells, wrong: wrongIn(reports) }, undefined, 2)}\n`
}

const rowOf = ({ cell, found, problems }: CellReport): ReadonlyArray<string> => [
  cell.family,
  cell.mode,
  cell.fault.name,
  cell.expected,
  found.outcome,
  `${found.attempts.length}/${found.requests}`,
  found.finish ?? "-",
  String(found.active),
  `${found.openSockets} → ${found.socketsAfterClose}`,
  String(found.fibers),
  found.closeMillis === undefined ? "-" : String(found.closeMillis),
  problems.length === 0 ? "✓" : "✗"
]

const aligned = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()
  )
}

import type { EvaluationReport } from "./EvaluationReport.ts"
import { cellsOf, headings } from "./figures.ts"

/** A report for a terminal. */
export const reportTable = ({ dataset, problems, strategies }: EvaluationReport): string => {
  const rows = [headings, ...strategies.map(cellsOf)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
  )
  return [
    `${dataset}: ${problems} problems; calls, attempts and tokens are means for one problem, the cost is that of all`,
    "",
    ...lines,
    ""
  ].join("\n")
}

/** The same in Markdown. */
export const reportMarkdown = ({ strategies }: EvaluationReport): string =>
  [headings, headings.map((_, column) => (column === 0 ? "---" : "---:")), ...strategies.map(cellsOf)]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n")

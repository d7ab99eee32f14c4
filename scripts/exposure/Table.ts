// The matrix for people: a row for each set-up and proxy, a column for each Host.
import { hostNames, type Row } from "./matrix.ts"

/** The rows that must not be. */
export const wrongIn = (rows: ReadonlyArray<Row>): ReadonlyArray<Row> => rows.filter((row) => markOf(row) === "✗")

const markOf = ({ isDirect, mustRefuse, opensWithKey, reached, skipped }: Row): "✓" | "✗" | "!" | "-" => {
  if (skipped !== undefined) return "-"
  if (!opensWithKey || (mustRefuse && reached.length > 0)) return "✗"
  return reached.length > 0 && !isDirect ? "!" : "✓"
}

const cellOf = (row: Row | undefined): string =>
  row === undefined
    ? "-"
    : `${markOf(row)} ${row.reached.length === 0 ? "none" : `${row.reached.length} of ${row.tried}`}`

/** How many routes were reached without a key, which of them must not be, and the count. */
export const tableOf = (rows: ReadonlyArray<Row>): string => {
  const groups = Map.groupBy(rows, ({ proxy, setUp }) => `${setUp}\n${proxy}`)
  const lines = [...groups.values()].map((group) => {
    const [first] = group
    const cells =
      first?.skipped === undefined
        ? hostNames.map((name) => cellOf(group.find(({ host }) => host === name)))
        : [`SKIPPED: ${first.skipped}`]
    return [first?.setUp ?? "", first?.proxy ?? "", ...cells]
  })
  const table = [["set up with", "through", ...hostNames.map((name) => `Host: ${name}`)], ...lines]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  const wrong = wrongIn(rows)
  const skipped = rows.filter((row) => row.skipped !== undefined).length
  return [
    "Protected routes that are reached without a key:",
    "",
    ...table.map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()
    ),
    "",
    "✓ as it must be   ! nothing was set up for a proxy, and what it passes on cannot be told from a program of this machine   ✗ wrong",
    ...wrong.map(
      ({ host, opensWithKey, proxy, reached, setUp }) =>
        `✗ ${setUp}, ${proxy}, Host: ${host}: ${opensWithKey ? reached.join(", ") : "does not open with a key either"}`
    ),
    `${rows.length} ways in, ${wrong.length} wrong${skipped === 0 ? "" : `, ${skipped} proxies SKIPPED`}`,
    ""
  ].join("\n")
}

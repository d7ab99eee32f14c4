import { aligned } from "../bench/Columns.ts"
import { bounds, isWithin, type Measured } from "./measure.ts"

/** The worst rows, those out of their bounds, and what the worst of all were. */
export const tableOf = (all: ReadonlyArray<Measured>, shown: number): string => {
  const byBlock = all.toSorted((one, other) => other.blockedMillis - one.blockedMillis)
  const byMemory = all.toSorted((one, other) => other.memoryBytes - one.memoryBytes)
  const out = all.filter((row) => !isWithin(row))
  const rows = new Set([...out, ...byBlock.slice(0, shown), ...byMemory.slice(0, 5)])
  const worst = (isLarge: boolean) => byBlock.find(({ row }) => (row.isLarge === true) === isLarge)
  return [
    ...aligned([
      ["ms", "late ms", "MB", "status", "operation", "request"],
      ...byBlock.filter((row) => rows.has(row)).map(lineOf)
    ]),
    "",
    `${all.length} rows: ${all.length - out.length} within their bounds, ${out.length} not`,
    `worst stretch of the event loop: ${millis(worst(false))} (bound ${bounds.millis} ms); of a large request ${millis(worst(true))} (bound ${bounds.largeMillis} ms)`,
    `most memory: ${megabytes(byMemory[0]?.memoryBytes ?? 0)} MB (bound ${megabytes(bounds.bytes)} MB)`,
    ""
  ].join("\n")
}

const lineOf = (measured: Measured): ReadonlyArray<string> => {
  const { blockedMillis, isWanted, lateMillis, memoryBytes, reply, row } = measured
  return [
    blockedMillis.toFixed(1),
    lateMillis.toFixed(1),
    megabytes(memoryBytes),
    isWanted ? String(reply.status) : `${reply.status}?`,
    row.operation,
    `${isWithin(measured) ? "" : "✗ "}${row.name}${row.isLarge === true ? " (large)" : ""}`
  ]
}

const millis = (measured: Measured | undefined): string =>
  measured === undefined
    ? "none"
    : `${measured.blockedMillis.toFixed(1)} ms, ${measured.row.operation}: ${measured.row.name}`

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0)

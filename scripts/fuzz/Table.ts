// The report for people and for programs.
import { aligned } from "../bench/Columns.ts"
import type { RouteTally } from "./Findings.ts"
import type { MemoryFinding } from "./Memory.ts"
import { type Report, wrongIn } from "./Report.ts"

/** A row for each operation, what memory did, and everything that is wrong with what shows it. */
export const tableOf = (report: Report): string =>
  [
    ...aligned([["operation", "requests", "slowest ms", "replies"], ...report.routes.map(rowOf)]),
    "",
    ...(report.memory === undefined ? [] : [memoryLine(report.memory), ""]),
    ...report.findings.flatMap(({ command, count, detail, operation, request, what }) => [
      `✗ ${operation}: ${what} (${count} times, first in request ${request})`,
      ...(detail === "" ? [] : [`  ${detail}`]),
      `  ${command.length > longestCommand ? `${command.slice(0, longestCommand)} … (all of it with --json)` : command}`
    ]),
    ...report.defects.flatMap(({ line, what }) => [`✗ ${what}`, ...(line === "" ? [] : [`  ${line}`])]),
    `${report.requests} requests in ${report.seconds.toFixed(0)} s, seed ${report.seed}: ${wrongIn(report)} wrong`,
    ""
  ].join("\n")

/** The same as JSON. */
export const jsonOf = (report: Report): string =>
  `${JSON.stringify({ ...report, wrong: wrongIn(report) }, undefined, 2)}\n`

const longestCommand = 1500

const rowOf = ({ operation, requests, slowestMillis, statuses }: RouteTally): ReadonlyArray<string> => [
  operation,
  String(requests),
  slowestMillis.toFixed(0),
  Object.entries(statuses)
    .map(([status, count]) => `${status}×${count}`)
    .join(" ")
]

const memoryLine = ({ heapAfter, heapBefore, isGrowing, rssAfter, rssBefore }: MemoryFinding): string =>
  `${isGrowing ? "✗ memory grows" : "memory is level"}: heap ${megabytes(heapBefore)} → ${megabytes(heapAfter)} MB, process ${megabytes(rssBefore)} → ${megabytes(rssAfter)} MB (first and last third)`

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0)

import { aligned } from "../bench/Columns.ts"
import type { BenchReport, PartReport } from "./BenchReport.ts"

/** The report for people. */
export const benchTable = ({ arrived, attempts, calls, node, options, parts, problems }: BenchReport): string =>
  [
    `Node ${node}; model calls of ${options.latency} ms, made over HTTP to a process of its own; SQLite on the disk`,
    "",
    ...aligned([headings, ...parts.map(row)]),
    "",
    "first event: from the request; of path: wall time by the calls that waited for each other, as the run saw them;",
    `of ideal: by ${options.latency} ms for each of those. p50 / p99; CPU is that of the thinking process alone.`,
    `${calls} model calls made ${attempts} requests, of which ${arrived} arrived: calls that nobody wants any more end on the way.`,
    ...problems.map((problem) => `PROBLEM: ${problem}`),
    ""
  ].join("\n")

const headings = [
  "",
  "runs",
  "calls",
  "events",
  "first event ms",
  "wall ms",
  "of path",
  "of ideal",
  "CPU µs/call",
  "CPU ms/run",
  "RSS MB",
  "s"
]

const row = (part: PartReport): ReadonlyArray<string> => [
  `${part.name}, ${part.atOnce} at once`,
  String(part.runs),
  part.calls.toFixed(1),
  part.events.toFixed(0),
  both(part.firstEvent, 2),
  both(part.wall, 0),
  both(part.ratio, 3),
  both(part.idealRatio, 3),
  part.cpuPerCall.toFixed(0),
  (part.cpuPerRun / 1000).toFixed(1),
  part.peakRss.toFixed(0),
  part.seconds.toFixed(1)
]

const both = ({ p50, p99 }: { readonly p50: number; readonly p99: number }, digits: number): string =>
  `${p50.toFixed(digits)} / ${p99.toFixed(digits)}`

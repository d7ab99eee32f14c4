// The report for people.
import { callsTable } from "./calls/callsTable.ts"
import { aligned, spread } from "./Columns.ts"
import type { Figures, Report, ScenarioReport } from "./Report.ts"
import type { Stat } from "./Stat.ts"

const headings = [
  "",
  "req/s (min-max)",
  "of raw (min-max)",
  "CPU µs/req",
  "to raw (min-max)",
  "p50 ms",
  "p99 ms",
  "RSS MB",
  "errors"
]

/** Some lines about the machine, a table, notes and problems. */
export const tableOf = (report: Report): string =>
  [
    aboutMachine(report),
    "",
    ...(report.scenarios.length === 0 ? [] : scenariosTable(report)),
    ...(report.calls === null ? [] : [...callsTable(report.calls, report.options), ""]),
    ...report.notes.map((note) => `Note: ${note}.`),
    ...report.problems.map((problem) => `PROBLEM: ${problem}`),
    ""
  ].join("\n")

const scenariosTable = ({ options, scenarios }: Report): ReadonlyArray<string> => [
  `${options.rounds} rounds of ${options.seconds} s after ${options.warmUp} s of warm-up, ${options.method.toUpperCase()}`,
  "",
  ...aligned([headings, ...scenarios.flatMap(rowsOf)]),
  "",
  ...scenarios.flatMap(upstreamLine),
  "of raw, to raw: throughput and CPU against the raw server with the same requests, taken in each round.",
  "Figures are medians over the rounds; RSS is that after the last one.",
  ""
]

const aboutMachine = ({ machine, pinned }: Report): string =>
  [
    `${machine.cpu}, ${machine.cpus} CPUs, ${machine.platform}, Node ${machine.node}, load ${machine.load.toFixed(2)}`,
    pinned === null
      ? "nothing pinned"
      : `server under test on CPU ${pinned.serverCpu}, load generator and upstream on CPU ${pinned.generatorCpu}`
  ].join("\n")

const rowsOf = ({
  cpuToRaw,
  raw,
  siku,
  throughputToRaw,
  title
}: ScenarioReport): ReadonlyArray<ReadonlyArray<string>> =>
  siku === null
    ? [row(title, raw, null, null)]
    : [row(title, siku, throughputToRaw, cpuToRaw), row("  raw, same requests", raw, null, null)]

const row = (title: string, figures: Figures, throughput: Stat | null, cpu: Stat | null): ReadonlyArray<string> => [
  title,
  spread(figures.requestsPerSecond, 0),
  spread(throughput, 2),
  median(figures.cpuMicrosPerRequest, 1),
  spread(cpu, 2),
  median(figures.p50Millis, 2),
  median(figures.p99Millis, 2),
  figures.rssMegabytes?.toFixed(0) ?? "-",
  String(figures.errors)
]

const upstreamLine = ({ shareOfUpstreamLimit, title }: ScenarioReport): ReadonlyArray<string> =>
  shareOfUpstreamLimit === null
    ? []
    : [`${title}: ${(100 * shareOfUpstreamLimit.median).toFixed(1)} % of what the model's latency allows.`]

const median = (stat: Stat | null, digits: number): string => stat?.median.toFixed(digits) ?? "-"

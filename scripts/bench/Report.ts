// What the runs of all rounds come to, for the JSON and the table.
import { cpus, loadavg } from "node:os"
import { type CallsReport, callsReport } from "./calls/CallsReport.ts"
import { notesOnCalls, problemsInCalls } from "./calls/callsFindings.ts"
import type { CallsRun } from "./calls/runCalls.ts"
import { errorsIn, notesOn, problemsIn } from "./Findings.ts"
import type { Measurement } from "./Measurement.ts"
import type { BenchOptions } from "./Options.ts"
import type { Pinning } from "./Pinning.ts"
import type { Run } from "./Rounds.ts"
import type { ScenarioName } from "./Scenario.ts"
import { type Stat, statOf } from "./Stat.ts"

/** A server with one workload. A figure that the machine did not tell is null. */
export interface Figures {
  readonly requestsPerSecond: Stat | null
  /** User and system time of the server process. */
  readonly cpuMicrosPerRequest: Stat | null
  readonly p50Millis: Stat | null
  readonly p99Millis: Stat | null
  /** After the last round; a megabyte is 1024 KB. */
  readonly rssMegabytes: number | null
  /** Wrong, missing and broken answers of all rounds, warm-ups included. */
  readonly errors: number
  readonly rounds: ReadonlyArray<Measurement>
}

/** One scenario. The ratios are taken in each round, against the raw server with the same requests in that round. */
export interface ScenarioReport {
  readonly name: ScenarioName
  readonly title: string
  readonly connections: number
  readonly raw: Figures
  readonly siku: Figures | null
  readonly throughputToRaw: Stat | null
  readonly cpuToRaw: Stat | null
  /** Throughput as a share of what the model's latency allows, where it sets the pace. */
  readonly shareOfUpstreamLimit: Stat | null
}

/** All that is known in the end. */
export interface Report {
  readonly machine: {
    readonly cpu: string
    readonly cpus: number
    readonly platform: string
    readonly node: string
    /** Of the last minute. */
    readonly load: number
  }
  readonly pinned: { readonly serverCpu: number; readonly generatorCpu: number } | null
  readonly options: BenchOptions
  readonly scenarios: ReadonlyArray<ScenarioReport>
  /** Null where they were not asked for. */
  readonly calls: CallsReport | null
  /** What to keep in mind when reading the figures. */
  readonly notes: ReadonlyArray<string>
  /** What makes them worthless: wrong answers, calls that do not add up. */
  readonly problems: ReadonlyArray<string>
}

/** What was run in one benchmark. */
export interface Ran {
  readonly runs: ReadonlyArray<Run>
  readonly calls: CallsRun | undefined
}

/** Sums up one benchmark. */
export const makeReport = (ran: Ran, options: BenchOptions, pinning: Pinning | undefined): Report => {
  const { runs } = ran
  const [cpu, ...others] = cpus()
  const calls = ran.calls === undefined ? null : callsReport(ran.calls)
  return {
    machine: {
      cpu: cpu?.model ?? "unknown",
      cpus: others.length + 1,
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      load: loadavg()[0] ?? 0
    },
    pinned: pinning === undefined ? null : { serverCpu: pinning.serverCpu, generatorCpu: pinning.generatorCpu },
    options,
    scenarios: [...Map.groupBy(runs, ({ scenario }) => scenario).values()].flatMap((runs) =>
      scenarioReport(runs, options)
    ),
    calls,
    notes: [...notesOn(runs, options, pinning !== undefined), ...(calls === null ? [] : notesOnCalls(calls))],
    problems: [...problemsIn(runs, options), ...(calls === null ? [] : problemsInCalls(calls))]
  }
}

const scenarioReport = (runs: ReadonlyArray<Run>, options: BenchOptions): ReadonlyArray<ScenarioReport> => {
  const scenario = runs[0]?.scenario
  if (scenario === undefined) return []
  const { name, siku, title, workload } = scenario
  const inEachRound = (figure: (siku: Measurement, raw: Measurement) => number | undefined): Stat | null =>
    statOf(runs.map(({ raw, siku }) => (siku === undefined ? undefined : figure(siku, raw))))
  return [
    {
      name,
      title: title(options),
      connections: workload.connections(options),
      raw: figuresOf(runs.map(({ raw }) => raw)),
      siku: siku === undefined ? null : figuresOf(runs.flatMap(({ siku }) => siku ?? [])),
      throughputToRaw: inEachRound((siku, raw) => siku.requestsPerSecond / raw.requestsPerSecond),
      cpuToRaw: inEachRound((siku, raw) => ratio(siku.cpuMicrosPerRequest, raw.cpuMicrosPerRequest)),
      shareOfUpstreamLimit: inEachRound(({ requestsPerSecond }) => ratio(requestsPerSecond, siku?.upstreamLimit))
    }
  ]
}

const ratio = (value: number | undefined, to: number | undefined): number | undefined =>
  value === undefined || to === undefined ? undefined : value / to

const figuresOf = (rounds: ReadonlyArray<Measurement>): Figures => ({
  requestsPerSecond: statOf(rounds.map(({ requestsPerSecond }) => requestsPerSecond)),
  cpuMicrosPerRequest: statOf(rounds.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest)),
  p50Millis: statOf(rounds.map(({ p50Millis }) => p50Millis)),
  p99Millis: statOf(rounds.map(({ p99Millis }) => p99Millis)),
  rssMegabytes: rounds.at(-1)?.rssMegabytes ?? null,
  errors: rounds.reduce((total, { mistakes }) => total + errorsIn(mistakes), 0),
  rounds
})

import { mean, quantile } from "../../src/thinking/evaluation/statistics.ts"
import type { BenchOptions } from "./BenchOptions.ts"
import type { RunMeasure } from "./RunMeasure.ts"

/** What many runs of one kind came to. Times in milliseconds, CPU in microseconds of the process under test. */
export interface PartReport {
  readonly name: string
  readonly runs: number
  readonly atOnce: number
  readonly calls: number
  readonly events: number
  /** From the request to the first event. */
  readonly firstEvent: { readonly p50: number; readonly p99: number }
  /** Of a run. */
  readonly wall: { readonly p50: number; readonly p99: number }
  /** The wall time of a run by the time of those of its model calls that waited for each other. */
  readonly ratio: { readonly p50: number; readonly p99: number }
  /** The same by what those calls take by themselves, without the way to the model and back. */
  readonly idealRatio: { readonly p50: number; readonly p99: number }
  readonly cpuPerCall: number
  readonly cpuPerRun: number
  /** In megabytes, the most that was seen. */
  readonly peakRss: number
  readonly seconds: number
}

/** All of it. */
export interface BenchReport {
  readonly options: BenchOptions
  readonly node: string
  readonly parts: ReadonlyArray<PartReport>
  /** Model calls that the runs paid for, requests they made for them, and requests that the oracle got. */
  readonly calls: number
  readonly attempts: number
  readonly arrived: number
  readonly problems: ReadonlyArray<string>
}

/** How a part went. */
export interface Part {
  readonly name: string
  readonly atOnce: number
  readonly measures: ReadonlyArray<RunMeasure>
  readonly cpuMicros: number
  readonly peakRss: number
  readonly seconds: number
}

/** Sums a part up; `latency`: milliseconds of a model call by itself. */
export const partReport = (part: Part, latency: number): PartReport => {
  const { atOnce, cpuMicros, measures, name, peakRss, seconds } = part
  const calls = measures.reduce((sum, { calls }) => sum + calls, 0)
  const spread = (figure: (measure: RunMeasure) => number) => {
    const figures = measures.map(figure)
    return { p50: quantile(figures, 0.5), p99: quantile(figures, 0.99) }
  }
  return {
    name,
    runs: measures.length,
    atOnce,
    calls: calls / measures.length,
    events: mean(measures.map(({ events }) => events)),
    firstEvent: spread(({ firstEvent }) => firstEvent),
    wall: spread(({ wall }) => wall),
    ratio: spread(({ path, wall }) => wall / Math.max(1, path.millis)),
    idealRatio: spread(({ path, wall }) => wall / Math.max(1, path.calls * latency)),
    cpuPerCall: cpuMicros / calls,
    cpuPerRun: cpuMicros / measures.length,
    peakRss,
    seconds
  }
}

// The calls for people.
import { aligned, spread } from "../Columns.ts"
import type { BenchOptions } from "../Options.ts"
import type { CallsReport, KindReport } from "./CallsReport.ts"
import { warmUps } from "./compare.ts"
import type { Memory, Streams } from "./Result.ts"

/** Some lines: the cost of calls, and the streams. */
export const callsTable = (calls: CallsReport, options: BenchOptions): ReadonlyArray<string> => [
  `Model calls, ${options.callRounds} rounds of ${options.calls} of each kind after ${warmUps * options.calls} to warm up: CPU µs of a call, median (min-max)`,
  "",
  ...aligned([
    ["", "policy", "raw undici", `above raw, bound ${calls.bound}`, "raw first", "policy first"],
    ...calls.kinds.map(kindRow)
  ]),
  "",
  `${options.streams} streams at once through the policy; memory in MB before, at the peak, with all over, with all closed`,
  "",
  ...aligned([["", "at once", "pieces", "lost", "s", "CPU s", "heap", "RSS"], ...calls.streams.map(streamsRow)])
]

const kindRow = ({
  above,
  abovePolicyFirst,
  aboveRawFirst,
  concurrency,
  form,
  policy,
  raw
}: KindReport): ReadonlyArray<string> => [
  `${form === "whole" ? "whole reply" : "stream"}, ${concurrency} at once`,
  spread(policy, 0),
  spread(raw, 0),
  spread(above, 0),
  spread(aboveRawFirst, 0),
  spread(abovePolicyFirst, 0)
]

const streamsRow = (streams: Streams, at: number): ReadonlyArray<string> => [
  `time ${at + 1}`,
  String(streams.atOnce),
  String(streams.chunks),
  String(streams.lost),
  (streams.millis / 1000).toFixed(1),
  (streams.cpuMillis / 1000).toFixed(1),
  overTime(streams, ({ heap }) => heap),
  overTime(streams, ({ rss }) => rss)
]

const overTime = ({ before, closed, idle, peak }: Streams, figure: (memory: Memory) => number): string =>
  [before, peak, idle, closed].map((memory) => figure(memory).toFixed(0)).join(" / ")

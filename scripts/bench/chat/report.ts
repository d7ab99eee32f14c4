// What the rounds come to, against the bounds that the project has set itself.
import { aligned, spread } from "../Columns.ts"
import { errorsIn } from "../Findings.ts"
import { type Stat, statOf } from "../Stat.ts"
import type { StreamsResult } from "./readStreams.ts"
import type { Round } from "./rounds.ts"
import type { SlowReaders } from "./slowReaders.ts"

/** Least throughput as a share of the raw one's; most that may be added, in milliseconds; megabytes that memory may grow by. */
export const bounds = { throughput: 0.25, addedMillis: 0.6, addedPerPieceMillis: 1, grownMegabytes: 200 }

export interface Pair {
  readonly raw: Round
  readonly siku: Round
}

export interface Found {
  readonly pairs: ReadonlyArray<Pair>
  readonly crowd: StreamsResult
  readonly slow: SlowReaders
}

type Figure = (round: Round) => number | undefined

const rows: ReadonlyArray<readonly [string, Figure, number]> = [
  ["whole replies, many connections: req/s", ({ many }) => many.requestsPerSecond, 0],
  ["  CPU µs/req", ({ many }) => many.cpuMicrosPerRequest, 0],
  ["  share of its CPU", ({ many }) => many.serverCpu, 2],
  ["one connection: p50 ms", ({ one }) => one.p50Millis, 3],
  ["  p99 ms", ({ one }) => one.p99Millis, 3],
  ["streams: p50 ms of a piece", ({ streams }) => streams.delay.quantile(0.5), 3],
  ["  p99 ms", ({ streams }) => streams.delay.quantile(0.99), 3]
]

/** The figures for people. */
export const tableOf = ({ crowd, pairs, slow }: Found): string => {
  const of = (figure: Figure, way: keyof Pair): Stat | null => statOf(pairs.map((pair) => figure(pair[way])))
  const { addedMillis, addedPerPieceMillis, byCpu, throughput } = comparisonsOf(pairs)
  return [
    ...aligned([
      ["", "Siku", "raw undici"],
      ...rows.map(([title, figure, digits]) => [
        title,
        spread(of(figure, "siku"), digits),
        spread(of(figure, "raw"), digits)
      ])
    ]),
    "",
    `Throughput as a share of raw: ${spread(throughput, 2)}, bound ${bounds.throughput}; by the CPU time of a request ${spread(byCpu, 2)}.`,
    `Added at one connection, p50: ${spread(addedMillis, 3)} ms, bound ${bounds.addedMillis}.`,
    `Added to a piece of a stream, p50: ${spread(addedPerPieceMillis, 3)} ms, bound ${bounds.addedPerPieceMillis}.`,
    `${crowd.atOnce} streams at once: ${crowd.delay.count()} pieces, ${crowd.lost} lost; p50 ${crowd.delay.quantile(0.5).toFixed(1)} ms, p99 ${crowd.delay.quantile(0.99).toFixed(1)} ms.`,
    `${slow.readers} clients that do not read: the upstream ${slow.isHeldUp ? "was held up" : "was NOT held up"} after ${slow.sentToEach.toFixed(1)} MB each; RSS ${slow.rssBefore.toFixed(0)} MB before, ${slow.rssMost.toFixed(0)} MB at most.`,
    ""
  ].join("\n")
}

/** Each taken in a round, against the raw pass-through in that round. */
const comparisonsOf = (pairs: ReadonlyArray<Pair>) => ({
  throughput: statOf(pairs.map(({ raw, siku }) => siku.many.requestsPerSecond / raw.many.requestsPerSecond)),
  /** What the throughput would be where nothing else wants the CPUs: the raw one is seldom held up by its own. */
  byCpu: statOf(
    pairs.map(({ raw, siku }) => (raw.many.cpuMicrosPerRequest ?? NaN) / (siku.many.cpuMicrosPerRequest ?? NaN))
  ),
  addedMillis: statOf(pairs.map(({ raw, siku }) => siku.one.p50Millis - raw.one.p50Millis)),
  addedPerPieceMillis: statOf(
    pairs.map(({ raw, siku }) => siku.streams.delay.quantile(0.5) - raw.streams.delay.quantile(0.5))
  )
})

/** What to keep in mind: bounds that were not held. */
export const notesOn = ({ pairs, slow }: Found): ReadonlyArray<string> => {
  const { addedMillis, addedPerPieceMillis, throughput } = comparisonsOf(pairs)
  return [
    ...((throughput?.median ?? 1) < bounds.throughput ? ["the throughput is below its bound"] : []),
    ...((addedMillis?.median ?? 0) > bounds.addedMillis ? ["what one connection waits longer is above its bound"] : []),
    ...((addedPerPieceMillis?.median ?? 0) > bounds.addedPerPieceMillis
      ? ["what a piece waits longer is above its bound"]
      : []),
    ...(slow.rssMost - slow.rssBefore > bounds.grownMegabytes ? ["clients that do not read cost too much memory"] : [])
  ]
}

/** What makes the figures worthless, or Siku wrong. */
export const problemsIn = ({ crowd, pairs, slow }: Found, streams: number): ReadonlyArray<string> => [
  ...pairs.flatMap(({ raw, siku }) => [...mistakesIn(raw, "raw"), ...mistakesIn(siku, "Siku")]),
  ...lossesIn(crowd, "Siku"),
  ...(crowd.atOnce < streams ? [`only ${crowd.atOnce} of ${streams} streams were open at once`] : []),
  ...(slow.isHeldUp ? [] : ["clients that do not read did not hold up the upstream"])
]

const mistakesIn = ({ many, one, streams }: Round, who: string): ReadonlyArray<string> => [
  ...[many, one].flatMap(({ firstWrong, mistakes }) =>
    errorsIn(mistakes) === 0 ? [] : [`${who}: ${JSON.stringify(mistakes)}; the first: ${firstWrong ?? "no answer"}`]
  ),
  ...lossesIn(streams, who)
]

const lossesIn = ({ firstLost, lost }: StreamsResult, who: string): ReadonlyArray<string> =>
  lost === 0 ? [] : [`${who}: ${lost} pieces were lost; the first: ${firstLost}`]

// What is to be said about the figures besides the figures.
import type { Mistakes } from "./loadGenerator.ts"
import type { Measurement } from "./Measurement.ts"
import type { BenchOptions } from "./Options.ts"
import type { Run } from "./Rounds.ts"

// From here on a figure may tell of the generator rather than of the server.
const busyGenerator = 0.9
// A server that has always something to do, and a CPU to itself, takes more of it than this.
const idleServer = 0.85

/** All mistakes taken together. */
export const errorsIn = ({ body, broken, late, status }: Mistakes): number => body + broken + late + status

/** What to keep in mind when reading the figures. */
export const notesOn = (runs: ReadonlyArray<Run>, options: BenchOptions, isPinned: boolean): ReadonlyArray<string> => [
  ...(isPinned ? [] : ["nothing is pinned: the server under test may use more than one CPU, and shares them with us"]),
  ...(options.profiles === undefined ? [] : ["Siku was slowed down by the profiler"]),
  ...[...Map.groupBy(runs.flatMap(measurementsIn(options)), ({ what }) => what)].flatMap(([what, measured]) => [
    ...notesOnGenerator(what, measured),
    ...notesOnServer(what, measured)
  ])
]

interface Measured {
  readonly what: string
  readonly measurement: Measurement
  /** Whether the server is all that can hold the answers up. */
  readonly isBoundByServer: boolean
}

const measurementsIn =
  (options: BenchOptions) =>
  ({ raw, scenario, siku }: Run): ReadonlyArray<Measured> => {
    const what = scenario.title(options)
    const isBoundByServer = scenario.siku?.upstreamLimit === undefined
    return [
      { what: siku === undefined ? what : `raw, for ${what}`, measurement: raw, isBoundByServer },
      ...(siku === undefined ? [] : [{ what, measurement: siku, isBoundByServer }])
    ]
  }

const notesOnGenerator = (what: string, measured: ReadonlyArray<Measured>): ReadonlyArray<string> => {
  const most = Math.max(...measured.map(({ measurement }) => measurement.generatorCpu))
  return most > busyGenerator
    ? [`${what}: the load generator took ${percent(most)} of a CPU, the server may be faster than shown`]
    : []
}

const notesOnServer = (what: string, measured: ReadonlyArray<Measured>): ReadonlyArray<string> => {
  const least = Math.min(
    ...measured.map(({ isBoundByServer, measurement }) => (isBoundByServer ? (measurement.serverCpu ?? 1) : 1))
  )
  return least < idleServer
    ? [`${what}: the server took no more than ${percent(least)} of a CPU in a round, something else held it up`]
    : []
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

/** What makes the figures worthless: wrong answers, and model calls that are not one for each answer. */
export const problemsIn = (runs: ReadonlyArray<Run>, options: BenchOptions): ReadonlyArray<string> =>
  runs.flatMap(({ modelCalls, raw, scenario, siku }) => {
    const title = scenario.title(options)
    const expectedCalls = scenario.siku?.source === "ai" ? siku?.answered : 0
    return [
      ...mistaken(raw, `the raw server, for ${title}`),
      ...(siku === undefined ? [] : mistaken(siku, title)),
      ...(siku === undefined || modelCalls === expectedCalls
        ? []
        : [`${title}: ${modelCalls} model calls for ${siku.answered} answers, ${expectedCalls} expected`])
    ]
  })

const mistaken = ({ firstWrong, mistakes, requestsPerSecond }: Measurement, what: string): ReadonlyArray<string> => [
  ...(errorsIn(mistakes) === 0
    ? []
    : [`${what}: ${JSON.stringify(mistakes)}; the first: ${firstWrong ?? "no answer"}`]),
  ...(requestsPerSecond > 0 ? [] : [`${what}: not a single right answer was measured`])
]

// What is to be said about the calls besides the figures.
import type { CallsReport } from "./CallsReport.ts"

/** In megabytes: what the heap may differ by from time to time. */
const heapNoise = 4

/** What to keep in mind when reading the figures. */
export const notesOnCalls = ({ bound, kinds, streams }: CallsReport): ReadonlyArray<string> => [
  ...kinds.flatMap(({ above, concurrency, form }) =>
    above === null || above.median <= bound
      ? []
      : [`calls, ${form}, ${concurrency} at once: ${above.median.toFixed(0)} µs above raw, more than ${bound} µs`]
  ),
  ...notesOnMemory(streams)
]

// The first time is left out: what is made then, and kept for the next, is not lost.
const notesOnMemory = ([first, ...others]: CallsReport["streams"]): ReadonlyArray<string> => {
  const grown = (others.at(-1)?.closed.heap ?? 0) - (first?.closed.heap ?? 0)
  return others.length > 0 && grown > heapNoise
    ? [`streams: the heap was ${grown.toFixed(1)} MB larger after the last time than after the first`]
    : []
}

/** What makes the figures worthless, or the policy wrong. */
export const problemsInCalls = (calls: CallsReport): ReadonlyArray<string> => [
  ...calls.streams.flatMap(({ chunks, firstLost, lost }) =>
    lost === 0 ? [] : [`streams: ${lost} of ${chunks} pieces were lost; the first: ${firstLost}`]
  ),
  ...(calls.wrong === 0 ? [] : [`calls: ${calls.wrong} of ${calls.made} were wrong; the first: ${calls.firstWrong}`]),
  ...(calls.arrived === calls.made ? [] : [`calls: the upstream got ${calls.arrived} of ${calls.made}`]),
  ...(calls.recorded === calls.throughPolicy
    ? []
    : [`calls: the ledger has ${calls.recorded} of ${calls.throughPolicy} as answered at the first attempt`])
]

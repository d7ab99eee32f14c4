import { Effect, Stream } from "effect"
import type { ReasoningRequest } from "../../src/thinking/ReasoningRequest.ts"
import { RunLog } from "../../src/thinking/RunLog.ts"
import { endsRun } from "../../src/thinking/ThoughtEvent.ts"
import type { Part } from "./BenchReport.ts"
import { measureRun, type RunMeasure } from "./RunMeasure.ts"

const sampleEveryMillis = 100
const megabyte = 1024 * 1024

/** Makes the runs, so many at a time, and measures them and what they take of this process. */
export const measurePart = Effect.fnUntraced(function* (
  name: string,
  requests: ReadonlyArray<ReasoningRequest>,
  atOnce: number
) {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  let peak = process.memoryUsage.rss()
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, sampleEveryMillis)
  const measures = yield* Effect.forEach(requests, measureRun, { concurrency: atOnce }).pipe(
    Effect.ensuring(Effect.sync(() => clearInterval(timer)))
  )
  const { system, user } = process.cpuUsage(before)
  return {
    name,
    atOnce,
    measures,
    cpuMicros: system + user,
    peakRss: peak / megabyte,
    seconds: (performance.now() - startedAt) / 1000
  } satisfies Part
})

/** What is wrong with the runs of a part, and with what the log has of them. */
export const problemsIn = Effect.fnUntraced(function* ({ measures, name }: Part) {
  const log = yield* RunLog
  const problems = yield* Effect.forEach(measures, (measure: RunMeasure) =>
    Effect.map(Stream.runCollect(log.read(measure.run, 0)), (logged) => {
      if (measure.fault !== undefined) return [`${measure.run}: ${measure.fault}`]
      const isComplete =
        logged.length === measure.events &&
        logged.every(({ seq }, at) => seq === at + 1) &&
        logged.at(-1)?.event.type === "Answered" &&
        logged.filter(({ event }) => endsRun(event)).length === 1
      return isComplete ? [] : [`${measure.run}: its log has ${logged.length} of ${measure.events} events`]
    })
  )
  const found = problems.flat()
  const [first] = found
  return first === undefined
    ? []
    : [`${name}: ${found.length} of ${measures.length} runs are not as they should be: ${first}`]
})

// One run of a workload against a server, with what it took of the machine.
import { Effect } from "effect"
import { generateLoad } from "./loadGenerator.ts"
import type { Load, LoadResult, Mistakes } from "./loadGenerator.ts"
import { usageOf } from "./ProcessUsage.ts"
import type { ProcessUsage } from "./ProcessUsage.ts"
import type { ServerEnded, ServerProcess } from "./ServerProcess.ts"

/** What is reported of a run. What the machine does not tell is undefined. */
export interface Measurement {
  readonly requestsPerSecond: number
  /** CPU time of the server, all threads, user and system. */
  readonly cpuMicrosPerRequest: number | undefined
  readonly p50Millis: number
  readonly p99Millis: number
  /** Memory of the server after the run, in megabytes of 1024 KB. */
  readonly rssMegabytes: number | undefined
  /** Answers in the whole run, right or wrong, warm-up included. */
  readonly answered: number
  readonly mistakes: Mistakes
  readonly firstWrong: string | undefined
  /** Shares of a CPU. */
  readonly serverCpu: number | undefined
  readonly generatorCpu: number
}

/** Runs a load against a server; fails at once when the server ends. */
export const measure = (
  server: ServerProcess,
  load: Omit<Load, "port" | "onEdge">
): Effect.Effect<Measurement, ServerEnded> => {
  const usages: Array<ProcessUsage | undefined> = []
  const onEdge = () => void usages.push(usageOf(server.pid))
  const run = Effect.promise((signal) => generateLoad({ ...load, port: server.port, onEdge }, signal))
  return Effect.raceFirst(run, server.ended).pipe(Effect.map((result) => summary(result, usages[0], usages[1])))
}

/** Sends every request once and waits for the answers, unmeasured. */
export const prime = (
  server: ServerProcess,
  load: Pick<Load, "next"> & { readonly count: number }
): Effect.Effect<Measurement, ServerEnded> =>
  measure(server, {
    next: load.next,
    mostRequests: load.count,
    connections: 1,
    expected: [],
    warmUpMillis: 0,
    measureMillis: primingMillis
  })

const primingMillis = 60_000

const summary = (
  { answered, firstWrong, latency, millis, mistakes, ownCpu, right }: LoadResult,
  before: ProcessUsage | undefined,
  after: ProcessUsage | undefined
): Measurement => {
  const cpuMicros = before === undefined || after === undefined ? undefined : after.cpuMicros - before.cpuMicros
  return {
    requestsPerSecond: (right * 1000) / millis,
    cpuMicrosPerRequest: cpuMicros === undefined ? undefined : cpuMicros / right,
    p50Millis: latency.quantile(0.5),
    p99Millis: latency.quantile(0.99),
    rssMegabytes: after === undefined ? undefined : after.rssBytes / 1024 ** 2,
    answered,
    mistakes,
    firstWrong,
    serverCpu: cpuMicros === undefined ? undefined : cpuMicros / 1000 / millis,
    generatorCpu: ownCpu
  }
}

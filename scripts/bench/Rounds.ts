// Every scenario in every round, each right after the raw server with the same requests: what the machine does beside us
// in these seconds meets both.
import { Effect } from "effect"
import { measure, prime } from "./Measurement.ts"
import type { Measurement } from "./Measurement.ts"
import type { BenchOptions } from "./Options.ts"
import { cycle } from "./Requests.ts"
import type { Scenario, SikuSetup, Workload } from "./Scenario.ts"
import type { ServerEnded, ServerProcess } from "./ServerProcess.ts"
import { countCalls, resetCalls } from "./UpstreamCounter.ts"

/** A scenario in one round. */
export interface Run {
  readonly scenario: Scenario
  readonly raw: Measurement
  readonly siku: Measurement | undefined
  /** Model calls during Siku's run. */
  readonly modelCalls: number | undefined
}

/** The servers that are up. */
export interface Running {
  readonly upstream: ServerProcess
  readonly raw: ServerProcess
  readonly siku: ReadonlyMap<Scenario, ServerProcess>
}

const answered = '"code":1'

/** Runs all rounds; says on standard error how it goes. */
export const runRounds = (
  scenarios: ReadonlyArray<Scenario>,
  servers: Running,
  options: BenchOptions
): Effect.Effect<ReadonlyArray<Run>, ServerEnded> =>
  Effect.gen(function* () {
    const runs: Array<Run> = []
    const requestsOf = new Map(scenarios.map(({ workload }) => [workload, workload.requests(options)]))
    const requests = (workload: Workload) => requestsOf.get(workload) ?? []
    const load = (workload: Workload, next: () => Buffer, expected: ReadonlyArray<string>) => ({
      next,
      expected,
      // where the upstream works on the generator's CPU, it needs that CPU
      isPolling: !workload.isUpstreamBusy,
      connections: workload.connections(options),
      warmUpMillis: options.warmUp * 1000,
      measureMillis: options.seconds * 1000
    })
    // Siku goes on where it left off: a question that must be new, or forgotten, stays so from round to round.
    const nextForSiku = new Map(scenarios.map((scenario) => [scenario, cycle(requests(scenario.workload))]))

    const runRaw = (workload: Workload) => measure(servers.raw, load(workload, cycle(requests(workload)), [answered]))

    const runSiku = Effect.fnUntraced(function* (scenario: Scenario, siku: SikuSetup) {
      const [server, next] = [servers.siku.get(scenario), nextForSiku.get(scenario)]
      if (server === undefined || next === undefined) return {}
      yield* resetCalls(servers.upstream.port)
      const measured = yield* measure(server, load(scenario.workload, next, [answered, `"source":"${siku.source}"`]))
      return { siku: measured, modelCalls: yield* countCalls(servers.upstream.port) }
    })

    for (const scenario of scenarios) {
      const [server, next] = [servers.siku.get(scenario), nextForSiku.get(scenario)]
      if (scenario.siku?.isPrimed !== true || server === undefined || next === undefined) continue
      yield* prime(server, { next, count: requests(scenario.workload).length })
    }
    for (let round = 1; round <= options.rounds; round++) {
      const rawOf = new Map<Workload, Measurement>()
      const say = (title: string, { requestsPerSecond }: Measurement) =>
        process.stderr.write(`round ${round} of ${options.rounds}: ${title}: ${Math.round(requestsPerSecond)} req/s\n`)
      for (const scenario of scenarios) {
        const title = scenario.title(options)
        const raw = rawOf.get(scenario.workload) ?? (yield* runRaw(scenario.workload))
        if (!rawOf.has(scenario.workload)) say(scenario.siku === undefined ? title : `raw, for ${title}`, raw)
        rawOf.set(scenario.workload, raw)
        const { modelCalls, siku } = scenario.siku === undefined ? {} : yield* runSiku(scenario, scenario.siku)
        if (siku !== undefined) say(title, siku)
        runs.push({ scenario, raw, siku, modelCalls })
      }
    }
    return runs
  })

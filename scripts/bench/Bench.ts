// A benchmark from its first server to its report.
import { Effect, FileSystem } from "effect"
import { runCalls } from "./calls/runCalls.ts"
import type { BenchOptions } from "./Options.ts"
import { pin } from "./Pinning.ts"
import { makeReport } from "./Report.ts"
import { runRounds } from "./Rounds.ts"
import type { Scenario, ScenarioName } from "./Scenario.ts"
import { scenarios } from "./scenarios/all.ts"
import { upstreamLatencyMillis } from "./scenarios/miss.ts"
import { type Ground, startRaw, startSiku, startUpstream } from "./Servers.ts"

/** Starts what the scenarios need, runs them all, stops everything and leaves nothing behind but the seeded bank. */
export const bench = (options: BenchOptions) =>
  Effect.scoped(
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const isChosen = (name: ScenarioName) => options.only.length === 0 || options.only.includes(name)
      const chosen = scenarios.filter(({ name }) => isChosen(name))
      const folder = yield* files.makeTempDirectoryScoped({ prefix: "siku-bench-" })
      if (options.profiles !== undefined) yield* files.makeDirectory(options.profiles, { recursive: true })
      const pinning = pin()
      const ground = { options, pinning, folder }
      const runs = chosen.length === 0 ? [] : yield* Effect.scoped(runScenarios(ground, chosen))
      // The servers before are gone by then.
      const calls = isChosen("calls") ? yield* Effect.scoped(runCalls(ground)) : undefined
      return makeReport({ runs, calls }, options, pinning)
    })
  )

const runScenarios = Effect.fnUntraced(function* (ground: Ground, chosen: ReadonlyArray<Scenario>) {
  const upstream = yield* startUpstream(ground, upstreamLatencyMillis)
  const raw = yield* startRaw(ground)
  const siku = new Map(
    (yield* Effect.forEach(chosen, (scenario) =>
      scenario.siku === undefined
        ? Effect.succeed([])
        : Effect.map(startSiku(ground, scenario.name, scenario.siku, upstream.port), (server) => [
            [scenario, server] as const
          ])
    )).flat()
  )
  return yield* runRounds(chosen, { upstream, raw, siku }, ground.options)
})

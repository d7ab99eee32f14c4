// A benchmark from its first server to its report.
import { Effect, FileSystem } from "effect"
import type { BenchOptions } from "./Options.ts"
import { pin } from "./Pinning.ts"
import { makeReport } from "./Report.ts"
import { runRounds } from "./Rounds.ts"
import { scenarios } from "./scenarios/all.ts"
import { startRaw, startSiku, startUpstream } from "./Servers.ts"

/** Starts what the scenarios need, runs them all, stops everything and leaves nothing behind but the seeded bank. */
export const bench = (options: BenchOptions) =>
  Effect.scoped(
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const chosen = scenarios.filter(({ name }) => options.only.length === 0 || options.only.includes(name))
      const folder = yield* files.makeTempDirectoryScoped({ prefix: "siku-bench-" })
      if (options.profiles !== undefined) yield* files.makeDirectory(options.profiles, { recursive: true })
      const pinning = pin()
      const ground = { options, pinning, folder }
      const upstream = yield* startUpstream(ground)
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
      const runs = yield* runRounds(chosen, { upstream, raw, siku }, options)
      return makeReport(runs, options, pinning)
    })
  )

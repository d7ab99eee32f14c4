// The servers of a benchmark, each with a home of its own under one temporary folder.
import { Effect, FileSystem, Path } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"
import type { BenchOptions } from "./Options.ts"
import type { Pinning } from "./Pinning.ts"
import type { Scenario, SikuSetup } from "./Scenario.ts"
import { databaseName, seededBank } from "./SeededBank.ts"
import { startServer } from "./ServerProcess.ts"

/** The Node that runs everything. */
export const node = (): string => process.execPath

/** What the servers share. */
export interface Ground {
  readonly options: BenchOptions
  readonly pinning: Pinning | undefined
  /** Temporary. */
  readonly folder: string
}

/** Finds the port where a server says no more than its address. */
export const addressAlone = /^http:\/\/127\.0\.0\.1:(\d+)/m

/** The stand-in for a model, which takes so long for an answer; it shares the CPU of the load generator. */
export const startUpstream = ({ folder }: Ground, latencyMillis: number) =>
  startServer({
    name: "the upstream",
    command: [node(), script("upstream", "main.ts"), "--port", "0", "--latency", String(latencyMillis)],
    cwd: folder,
    environment: {},
    logFile: `${folder}/upstream-${latencyMillis}.log`,
    ready: addressAlone
  })

/** The raw server, on the CPU of the servers under test. */
export const startRaw = ({ folder, pinning }: Ground) =>
  startServer({
    name: "the raw server",
    command: [...(pinning?.prefix ?? []), node(), script("bench", "rawServer.ts")],
    cwd: folder,
    environment: {},
    logFile: `${folder}/raw.log`,
    ready: addressAlone
  })

/** Siku as it comes, but for a scenario's settings: one per scenario, so that its memory tells of that scenario alone. */
export const startSiku = (
  { folder, options, pinning }: Ground,
  name: Scenario["name"],
  setup: SikuSetup,
  upstreamPort: number
) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const home = path.join(folder, name)
    yield* files.makeDirectory(home)
    if (setup.isSeeded) yield* files.copyFile(yield* seededBank(node(), options.rows), path.join(home, databaseName))
    return yield* startServer({
      name: `Siku (${name})`,
      command: [
        ...(pinning?.prefix ?? []),
        node(),
        ...profiling(options, name),
        projectFile("dist", "siku.mjs"),
        "--home",
        home,
        "--port",
        "0"
      ],
      cwd: home,
      environment: {
        CUSTOM_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
        CUSTOM_MODEL: "bench-model",
        ...setup.environment(options)
      },
      logFile: path.join(folder, `${name}.log`),
      ready: /Siku is ready at http:\/\/127\.0\.0\.1:(\d+)/
    })
  })

const script = (...segments: ReadonlyArray<string>): string => projectFile("scripts", ...segments)

/** What Node is told where a CPU profile is asked for. */
export const profiling = ({ profiles }: BenchOptions, name: string): ReadonlyArray<string> =>
  profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=siku-${name}.cpuprofile`]

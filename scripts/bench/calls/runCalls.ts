// Starts what the calls need, has them made, and stops it all.
import { Data, Effect, FileSystem, Path, Schema } from "effect"
import { projectFile } from "../../../src/platform/projectFile.ts"
import { endOf, startChild } from "../Child.ts"
import { addressAlone, type Ground, node, profiling, startUpstream } from "../Servers.ts"
import { startServer } from "../ServerProcess.ts"
import { countCalls } from "../UpstreamCounter.ts"
import type { Plan } from "./Plan.ts"
import { Result } from "./Result.ts"

/** The process that makes the calls ended too soon; why is on standard error. */
export class CallsFailed extends Data.TaggedError("CallsFailed")<{ readonly why: string }> {
  override get message(): string {
    return `the process that makes the calls ${this.why}`
  }
}

/** What was found, and how many calls the upstream has got, the long streams apart. */
export interface CallsRun {
  readonly result: Result
  readonly arrived: number
}

/** The pieces of a long stream, and how far apart they are. */
const chunks = 30
const chunkDelayMillis = 20

/**
 * Makes the calls in a process of its own, on the CPU of the servers under test; what they are made to shares the other
 * CPU with us.
 */
export const runCalls = Effect.fnUntraced(function* (ground: Ground) {
  const { options, pinning } = ground
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const upstream = yield* startUpstream(ground, 0)
  const chunkServer = yield* startServer({
    name: "the server of long streams",
    command: [node(), program("chunkServer.ts"), ...[options.streams, chunks, chunkDelayMillis].map(String)],
    cwd: ground.folder,
    environment: {},
    logFile: path.join(ground.folder, "chunks.log"),
    ready: addressAlone
  })
  const plan: Plan = {
    upstreamPort: upstream.port,
    chunksPort: chunkServer.port,
    chunks,
    folder: ground.folder,
    resultFile: path.join(ground.folder, "calls.json"),
    rounds: options.callRounds,
    calls: options.calls,
    streams: options.streams
  }
  const child = yield* startChild(
    [
      ...(pinning?.prefix ?? []),
      node(),
      "--expose-gc",
      ...profiling(options, "calls"),
      program("makeCalls.ts"),
      JSON.stringify(plan)
    ],
    // Standard output is for the report alone.
    { stdio: ["ignore", 2, 2] }
  )
  const why = yield* Effect.raceFirst(endOf(child), Effect.raceFirst(upstream.ended, chunkServer.ended))
  if (why !== undefined) return yield* new CallsFailed({ why })
  const result = yield* decodeResult(yield* files.readFileString(plan.resultFile))
  return { result, arrived: yield* countCalls(upstream.port) } satisfies CallsRun
})

const decodeResult = Schema.decodeUnknownEffect(Schema.fromJsonString(Result))

const program = (name: string): string => projectFile("scripts", "bench", "calls", name)

// The servers of the benchmark: what is measured has one CPU to itself, the upstream shares the other one with the clients.
import { Effect, FileSystem, Path } from "effect"
import { projectFile } from "../../../src/platform/projectFile.ts"
import type { Pinning } from "../Pinning.ts"
import { addressAlone, node } from "../Servers.ts"
import { startServer } from "../ServerProcess.ts"

const program = (name: string): string => projectFile("scripts", "bench", "chat", name)

/** Starts all of them; `profiles` is a folder for a CPU profile of Siku. */
export const startServers = Effect.fnUntraced(function* (
  folder: string,
  pinning: Pinning | undefined,
  profiles: string | undefined
) {
  const files = yield* FileSystem.FileSystem
  const { join } = yield* Path.Path
  const prefix = pinning?.prefix ?? []
  const upstream = yield* startServer({
    name: "the upstream",
    command: [node(), program("upstreamServer.ts")],
    cwd: folder,
    environment: {},
    logFile: join(folder, "upstream.log"),
    ready: addressAlone
  })
  const raw = yield* startServer({
    name: "the raw pass-through",
    command: [...prefix, node(), program("rawPassThrough.ts"), String(upstream.port)],
    cwd: folder,
    environment: {},
    logFile: join(folder, "raw.log"),
    ready: addressAlone
  })
  const home = join(folder, "siku")
  yield* files.makeDirectory(home)
  const siku = yield* startServer({
    name: "Siku",
    command: [
      ...prefix,
      node(),
      ...(profiles === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${profiles}`, "--cpu-prof-name=chat.cpuprofile"]),
      projectFile("dist", "siku.mjs"),
      "--home",
      home,
      "--port",
      "0",
      "--set",
      "ai.providers.custom.concurrency=4096"
    ],
    cwd: home,
    environment: { CUSTOM_BASE_URL: `http://127.0.0.1:${upstream.port}/v1`, CUSTOM_MODEL: "bench-model" },
    logFile: join(folder, "siku.log"),
    ready: /Siku is ready at http:\/\/127\.0\.0\.1:(\d+)/
  })
  return { upstream, raw, siku }
})

import { closeSync, openSync, readFileSync } from "node:fs"
import { createServer } from "node:net"
import { Effect, FileSystem, Schedule } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"
import { endOf, startChild } from "../bench/Child.ts"
import { generateLoad, type LoadResult } from "../bench/loadGenerator.ts"
import { usageOf } from "../bench/ProcessUsage.ts"
import type { ProtectionOptions } from "./ProtectionOptions.ts"

/** The key of the management routes of what is measured. */
export const adminKey = "admin-key-of-the-measurement"

/** A port that nothing listens to at the moment. */
const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/**
 * Siku as it is built, with its starter bank and these settings, in a home of its own that goes with the scope. It is known to be ready
 * by its health and not by its log, which may be off. `inspector` is the address of its inspector.
 */
export const startMeasured = Effect.fnUntraced(function* (settings: Readonly<Record<string, string>>) {
  const files = yield* FileSystem.FileSystem
  const home = yield* files.makeTempDirectoryScoped({ prefix: "siku-protection-" })
  const port = yield* freePort
  const log = openSync(`${home}/siku.log`, "w")
  const child = yield* startChild(
    [
      process.execPath,
      "--inspect=127.0.0.1:0",
      projectFile("dist", "siku.mjs"),
      "--home",
      home,
      "--port",
      String(port)
    ],
    {
      cwd: home,
      env: { SIKU_SECURITY_ADMIN_KEY: adminKey, SIKU_SERVER_DRAIN: "1", ...settings },
      stdio: ["ignore", log, log]
    }
  )
  closeSync(log)
  yield* Effect.tryPromise((signal) => fetch(`http://127.0.0.1:${port}/health/ready`, { signal })).pipe(
    Effect.repeat({ until: ({ ok }) => ok }),
    Effect.retry(Schedule.spaced("100 millis")),
    Effect.timeout("1 minute"),
    Effect.raceFirst(
      Effect.flatMap(endOf(child), (why) =>
        Effect.die(new Error(`Siku ${why ?? "ended"}: ${readFileSync(`${home}/siku.log`, "utf8")}`))
      )
    )
  )
  const inspector = /Debugger listening on (ws:\S+)/.exec(readFileSync(`${home}/siku.log`, "utf8"))?.[1] ?? ""
  return { pid: child.pid ?? 0, port, inspector }
})

const promptMillis = 100
const promptTimes = 5

/**
 * Waits until a server answers promptly several times in a row, for a minute at most: what slow clients ask for at first, and the sockets
 * take, is work that anyone may ask for, and not what is measured.
 */
export const untilPrompt = (port: number) => {
  const answer = Effect.tryPromise(async (signal) => {
    const from = performance.now()
    await (await fetch(`http://127.0.0.1:${port}/health/live`, { signal })).text()
    return performance.now() - from
  })
  return Effect.all(Array.from({ length: promptTimes }, () => answer)).pipe(
    Effect.repeat({ until: (times) => times.every((millis) => millis < promptMillis) }),
    Effect.timeout("1 minute"),
    Effect.ignore
  )
}

const title = new URLSearchParams({ title: "加拿大的首都是哪座城市？" })

/** A question that is answered from memory, as sent with these headers. */
export const questionWith = (headers: string): Buffer =>
  Buffer.from(`GET /api/v1/query?${title} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers}\r\n`)

/** What a run came to, for a server of this process id. */
export interface Run {
  readonly load: LoadResult
  /** In microseconds. */
  readonly cpuPerRequest: number
  /** In megabytes, at the end. */
  readonly memory: number
}

/** Asks the same question for as long as the options say. */
export const measureRun = Effect.fnUntraced(function* (
  server: { readonly pid: number; readonly port: number },
  request: Buffer,
  { connections, seconds }: ProtectionOptions
) {
  let before = usageOf(server.pid)
  let after = before
  const load = yield* Effect.tryPromise((signal) =>
    generateLoad(
      {
        port: server.port,
        connections,
        next: () => request,
        expected: ["渥太华"],
        warmUpMillis: 1500,
        measureMillis: seconds * 1000,
        onEdge: (edge) => {
          if (edge === "start") before = usageOf(server.pid)
          else after = usageOf(server.pid)
        }
      },
      signal
    )
  )
  const run: Run = {
    load,
    cpuPerRequest: ((after?.cpuMicros ?? NaN) - (before?.cpuMicros ?? NaN)) / load.right,
    memory: (after?.rssBytes ?? NaN) / 1024 ** 2
  }
  return run
})

/** Answers that were wrong, late or missing. */
export const mistakesOf = ({ load: { firstWrong, mistakes } }: Run): ReadonlyArray<string> => {
  const count = mistakes.body + mistakes.broken + mistakes.late + mistakes.status
  return count === 0 ? [] : [`${count} wrong: ${JSON.stringify(mistakes)} ${firstWrong ?? ""}`]
}

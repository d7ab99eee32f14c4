// The built service under the probe: a process of its own with a home of its own, and a model that answers at once.
import { Effect, FileSystem, Schedule, Schema } from "effect"
import { once } from "node:events"
import { openSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { processEnvironment } from "../../src/platform/config/environment.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { endOf, startChild } from "../bench/Child.ts"
import { upstream } from "../upstream/UpstreamLayer.ts"
import { adminKey } from "./names.ts"
import type { Watched } from "./probe.ts"

/** The service that is measured. */
export interface MeasuredService {
  readonly port: number
  /** Collects the garbage and begins to watch. */
  readonly start: Effect.Effect<void>
  readonly stop: Effect.Effect<Watched>
  /** Of the process: now, and at most since `start`, in bytes; the same where the machine cannot tell. */
  readonly memory: () => { readonly now: number; readonly most: number }
  /** Succeeds with how it ended, when it has. */
  readonly ended: Effect.Effect<string>
}

const WatchedMessage = Schema.Struct({ blockedMillis: Schema.Finite, lateMillis: Schema.Finite })

/** Starts the bundle; it ends with the scope. */
export const startService = Effect.fnUntraced(function* (bundle: string) {
  const files = yield* FileSystem.FileSystem
  const home = yield* files.makeTempDirectoryScoped({ prefix: "siku-hostile-" })
  const model = yield* upstream({ answer: () => "二", model: "hostile-model", keepRequests: 0 })
  const port = yield* freePort
  const logFile = `${home}/siku.log`
  const log = openSync(logFile, "w")
  const child = yield* startChild(
    [
      process.execPath,
      "--import",
      projectFile("scripts", "hostile", "probe.ts"),
      bundle,
      "--home",
      home,
      "--port",
      String(port)
    ],
    {
      cwd: home,
      env: {
        PATH: processEnvironment()["PATH"],
        CUSTOM_BASE_URL: model.url,
        CUSTOM_MODEL: "hostile-model",
        CUSTOM_API_KEY: "sk-of-the-hostile-0123456789",
        SIKU_AI_MAX_RETRIES: "0",
        SIKU_RATE_LIMIT_ENABLED: "false",
        SIKU_SECURITY_ADMIN_KEY: adminKey,
        SIKU_SERVER_DRAIN: "0.1"
      },
      stdio: ["ignore", log, log, "ipc"]
    }
  )
  const pid = child.pid ?? 0
  const ended = Effect.map(
    endOf(child),
    (why) => `the service ${why ?? "ended by itself"}:\n${readFileSync(logFile, "utf8").slice(-2000)}`
  )
  const told = Effect.promise(async (): Promise<unknown> => (await once(child, "message"))[0])
  const order = (text: string) =>
    Effect.zipWith(
      told,
      Effect.sync(() => child.send(text)),
      (message) => message,
      { concurrent: true }
    )
  yield* Effect.tryPromise(() => fetch(`http://127.0.0.1:${port}/health/ready`)).pipe(
    Effect.retry(Schedule.spaced("100 millis")),
    Effect.timeout("1 minute"),
    Effect.raceFirst(Effect.flatMap(ended, (why) => Effect.die(new Error(why))))
  )
  const service: MeasuredService = {
    port,
    start: Effect.andThen(
      order("start"),
      Effect.sync(() => forgetPeak(pid))
    ),
    stop: Effect.flatMap(order("stop"), (message) => Effect.orDie(Schema.decodeUnknownEffect(WatchedMessage)(message))),
    memory: () => memoryOf(pid),
    ended
  }
  return service
})

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** Lets Linux count the peak of a process's memory anew. */
const forgetPeak = (pid: number): void => {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5")
  } catch {
    // Elsewhere there is no peak to be had.
  }
}

const memoryOf = (pid: number) => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8")
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(status)?.[1] ?? 0)
    return { now: kilobytes("VmRSS") * 1024, most: kilobytes("VmHWM") * 1024 }
  } catch {
    return { now: 0, most: 0 }
  }
}
